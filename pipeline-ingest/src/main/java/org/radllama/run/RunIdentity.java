package org.radllama.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * What a run is made from: its job, its settings and the digests of its inputs. Two runs of the
 * same come to the same result; settings that say how and where, not what, are recorded but not
 * compared.
 */
final class RunIdentity {
  private final ObjectNode node;
  private final Set<String> undecisive;
  private final String runId;

  private RunIdentity(RunRequest request, ObjectNode node) {
    this.node = node;
    undecisive = new HashSet<>(request.undecisive());
    undecisive.add("run");
    runId = request.runId().orElseGet(this::derivedId);
  }

  /**
   * Reads all inputs.
   *
   * @throws JobFailure exit 2 for a bad run-id or missing {@code --out}, 3 for an unreadable input
   */
  static RunIdentity of(RunRequest request, Configuration hadoop) throws IOException {
    if (request.out() == null) {
      throw JobFailure.usage("--out DIR is missing");
    }
    ObjectNode node = Json.mapper().createObjectNode();
    node.put("job", request.job());
    node.set("configuration", request.settings().toJson());
    ArrayNode inputs = node.putArray("inputs");
    for (RunInput input : request.inputs()) {
      inputs.add(digested(input, hadoop));
    }
    RunIdentity identity = new RunIdentity(request, node);
    if (!identity.runId.matches("[A-Za-z0-9][A-Za-z0-9._+=-]{0,127}")) {
      throw JobFailure.usage(
          "--run-id must be letters, digits and . _ + = - (at most 128, not beginning with a"
              + " mark)");
    }
    return identity;
  }

  private static ObjectNode digested(RunInput input, Configuration hadoop) throws IOException {
    Path path = new Path(input.path());
    FileSystem fs = path.getFileSystem(hadoop);
    if (!fs.exists(path)) {
      throw JobFailure.input(
          "%s: no such file or directory: %s".formatted(input.name(), input.path()));
    }
    List<Digests.Entry> listing;
    if (input.read().isPresent()) {
      listing = input.read().get();
    } else {
      listing = PublishedFiles.deciding(fs, path, Digests.listing(fs, path, input.sparing()));
    }
    ObjectNode node = Json.mapper().createObjectNode();
    node.put("name", input.name());
    node.put("files", listing.size());
    node.put("bytes", listing.stream().mapToLong(Digests.Entry::bytes).sum());
    node.put("sha256", Digests.ofListing(listing));
    return node;
  }

  private String derivedId() {
    ObjectNode what = node.deepCopy();
    ((ObjectNode) what.path("configuration")).remove(undecisive);
    return node.path("job").asText() + "-" + Digests.sha256(Json.text(what)).substring(0, 12);
  }

  /** The run's name: what was asked for, or one derived from all that decides. */
  String runId() {
    return runId;
  }

  /** As it is recorded: {@code job}, {@code configuration} (secrets redacted), {@code inputs}. */
  ObjectNode json() {
    return node.deepCopy();
  }

  /**
   * Which part, {@code job}, {@code configuration} or {@code inputs}, another run's record has
   * otherwise.
   */
  Optional<String> different(JsonNode other) {
    return Stream.of("job", "configuration", "inputs")
        .filter(key -> !decisive(node.path(key)).equals(decisive(other.path(key))))
        .findFirst();
  }

  private String decisive(JsonNode part) {
    return part instanceof ObjectNode settings
        ? settings.deepCopy().without(undecisive).toString()
        : part.toString();
  }

  /**
   * Whether this very run is published at a place.
   *
   * @throws JobFailure exit 4 when another one is
   */
  boolean isPublished(FileSystem fs, Path place) throws IOException {
    if (!fs.exists(place)) {
      return false;
    }
    JsonNode manifest =
        fs.exists(new Path(place, PublishedFiles.SUCCESS))
            ? Json.read(fs, new Path(place, PublishedFiles.MANIFEST))
            : Json.mapper().createObjectNode();
    Optional<String> other = different(manifest);
    if (other.isPresent()) {
      throw JobFailure.conflict(
          "%s was written from other %s: choose another --run-id"
              .formatted(
                  place.toUri().getPath(), other.get().equals("job") ? "jobs" : other.get()));
    }
    return true;
  }
}
