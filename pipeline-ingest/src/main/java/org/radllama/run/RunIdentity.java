package org.radllama.run;

import static org.radllama.text.Format.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * What a run is made from: its job, the settings that decide its result, and the contents of its
 * inputs. Runs of the same identity give the same result. How and where a run works, and where its
 * inputs are, are its circumstances: recorded apart, never compared.
 */
final class RunIdentity {
  /** Differences named in a message; a run of another job has dozens. */
  private static final int NAMED = 5;

  private final ObjectNode node;
  private final ObjectNode circumstances;
  private final Set<String> undecisive;
  private final String runId;

  private RunIdentity(RunRequest request, ArrayNode inputs, ObjectNode places) {
    undecisive = new HashSet<>(request.undecisive());
    undecisive.add("run");
    ObjectNode settings = (ObjectNode) request.settings().toJson();
    circumstances = Json.mapper().createObjectNode();
    circumstances.set("settings", taken(settings));
    circumstances.set("inputs", places);
    node = Json.mapper().createObjectNode();
    node.put("job", request.job());
    node.set("configuration", settings);
    node.set("inputs", inputs);
    runId =
        request
            .runId()
            .orElseGet(
                () -> request.job() + "-" + Digests.sha256(Json.text(node)).substring(0, 12));
  }

  /**
   * Reads all inputs.
   *
   * @param session reads inputs of many files in its tasks; empty to read all here
   * @throws JobFailure exit 2 for a bad run-id, 3 for an unreadable input
   */
  static RunIdentity of(
      RunRequest request, Configuration hadoop, Optional<Supplier<SparkSession>> session)
      throws IOException {
    request.settings().staleAfter();
    ArrayNode inputs = Json.mapper().createArrayNode();
    ObjectNode places = Json.mapper().createObjectNode();
    for (RunInput input : request.inputs()) {
      if (input.table().isPresent()) {
        inputs.add(input.table().get().json(input.name()));
        places.withArray(input.name()).add(input.path());
        continue;
      }
      Path path = new Path(input.path());
      inputs.add(digested(input, path, hadoop, session));
      places.withArray(input.name()).add(path.getFileSystem(hadoop).makeQualified(path).toString());
    }
    RunIdentity identity = new RunIdentity(request, inputs, places);
    if (!identity.runId.matches("[A-Za-z0-9][A-Za-z0-9._+=-]{0,127}")) {
      throw JobFailure.usage(
          "--run-id must be letters, digits and . _ + = - (at most 128, not beginning with a"
              + " mark)");
    }
    return identity;
  }

  private static ObjectNode digested(
      RunInput input, Path path, Configuration hadoop, Optional<Supplier<SparkSession>> session)
      throws IOException {
    FileSystem fs = path.getFileSystem(hadoop);
    Optional<List<Digests.Entry>> read = input.read();
    if (read.isEmpty()) {
      read = PublishedRuns.deciding(fs, path);
    }
    if ((read.isEmpty() || input.read().isPresent()) && !fs.exists(path)) {
      throw JobFailure.input(
          "%s: no such file or directory: %s".formatted(input.name(), input.path()));
    }
    List<Digests.Entry> listing =
        read.isPresent()
            ? read.get()
            : PublishedFiles.deciding(
                fs, path, Digests.listing(fs, path, input.sparing(), session));
    ObjectNode node = Json.mapper().createObjectNode();
    node.put("name", input.name());
    node.put("files", listing.size());
    node.put("bytes", listing.stream().mapToLong(Digests.Entry::bytes).sum());
    node.put("sha256", Digests.ofListing(listing));
    return node;
  }

  /** Takes the settings that do not decide out of the others. */
  private ObjectNode taken(ObjectNode settings) {
    ObjectNode taken = Json.mapper().createObjectNode();
    for (String key : new TreeSet<>(undecisive)) {
      int dot = key.indexOf('.');
      if (dot < 0 && settings.has(key)) {
        taken.set(key, settings.remove(key));
      } else if (dot > 0 && settings.at("/" + key.replace('.', '/')).isValueNode()) {
        String group = key.substring(0, dot);
        String last = key.substring(dot + 1);
        taken.withObject("/" + group).set(last, settings.withObject("/" + group).remove(last));
      }
    }
    return taken;
  }

  /** The run's name: what was asked for, or one derived from all that decides. */
  String runId() {
    return runId;
  }

  /**
   * As it is recorded: {@code job}, the {@code configuration} that decides (secrets redacted),
   * {@code inputs} by content.
   */
  ObjectNode json() {
    return node.deepCopy();
  }

  /** What equal runs may differ in: {@code settings} of how and where, places of {@code inputs}. */
  ObjectNode circumstances() {
    return circumstances.deepCopy();
  }

  /** How another run's record differs: its settings and inputs by name, for a person. */
  Optional<String> different(JsonNode other) {
    if (!other.path("job").equals(node.path("job"))) {
      return Optional.of("job " + other.path("job").asText("unknown"));
    }
    Map<String, String> mine = decisive(node);
    Map<String, String> theirs = decisive(other);
    Set<String> names = new TreeSet<>(mine.keySet());
    names.addAll(theirs.keySet());
    names.removeIf(name -> Objects.equals(mine.get(name), theirs.get(name)));
    if (names.isEmpty()) {
      return Optional.empty();
    }
    String more = names.size() > NAMED ? format(", and %d more", names.size() - NAMED) : "";
    return Optional.of(String.join(", ", names.stream().limit(NAMED).toList()) + more);
  }

  private Map<String, String> decisive(JsonNode record) {
    Map<String, String> values = new TreeMap<>();
    record
        .path("configuration")
        .fields()
        .forEachRemaining(
            setting -> {
              if (!undecisive.contains(setting.getKey())) {
                flatten("setting " + setting.getKey(), setting.getValue(), values);
              }
            });
    undecisive.forEach(key -> values.remove("setting " + key));
    for (JsonNode input : record.path("inputs")) {
      values.merge("input " + input.path("name").asText(), input.toString(), String::concat);
    }
    return values;
  }

  private static void flatten(String name, JsonNode value, Map<String, String> values) {
    if (value.isObject() && !value.isEmpty()) {
      value.fields().forEachRemaining(f -> flatten(name + "." + f.getKey(), f.getValue(), values));
    } else {
      values.put(name, value.toString());
    }
  }
}
