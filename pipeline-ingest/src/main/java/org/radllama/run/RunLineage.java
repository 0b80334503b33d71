package org.radllama.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.spark.SparkConf;
import org.radllama.lineage.LineageDataset;
import org.radllama.lineage.LineageSettings;
import org.radllama.lineage.LineageTransport;
import org.radllama.lineage.RunEvents;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells OpenLineage of one run: its start when work begins, its end when it is published or fails.
 * A run that was finished before tells nothing.
 */
final class RunLineage {
  private static final Logger LOG = LoggerFactory.getLogger(RunLineage.class);

  /** What other jobs take out of a run, besides the whole of it. */
  private static final List<String> PRODUCTS =
      List.of("adapter", "model", "model.gguf", "predictions.jsonl");

  private static final String CROISSANT = "croissant.json";

  private final Optional<LineageSettings> settings;
  private final RunRequest request;
  private final Configuration hadoop;
  private Optional<RunEvents> events = Optional.empty();
  private String runId = "";
  private List<LineageDataset> inputs = List.of();

  /**
   * Of a run that may begin.
   *
   * @throws org.radllama.failure.BadSettingException where events are to go to no place that can be
   */
  RunLineage(
      SparkConf spark, Map<String, String> environment, RunRequest request, Configuration hadoop) {
    settings = LineageSettings.of(key -> Optional.ofNullable(spark.get(key, null)), environment);
    this.request = request;
    this.hadoop = hadoop;
  }

  /** The same work, which tells that it begins. */
  <T> Run.Work<T> telling(Run.Work<T> work) {
    return run -> {
      if (settings.isPresent()) {
        begun(run.origin());
      }
      return work.in(run);
    };
  }

  private void begun(JsonNode origin) throws IOException {
    JsonNode versions = origin.path("versions");
    events =
        Optional.of(
            new RunEvents(
                settings.get(),
                request.job(),
                versions.path("radllama").asText(),
                versions.path("spark").asText()));
    runId = origin.path("run_id").asText();
    List<LineageDataset> read = new ArrayList<>();
    for (int i = 0; i < request.inputs().size(); i++) {
      JsonNode input = origin.path("inputs").path(i);
      read.add(
          new LineageDataset(
              place(request.inputs().get(i)),
              input.path("version").asText(input.path("sha256").asText()),
              input.path("files").asLong(),
              input.path("bytes").asLong(),
              OptionalLong.empty(),
              Map.of(),
              Optional.empty()));
    }
    inputs = List.copyOf(read);
    send(RunEvents.Type.START, List.of(), Optional.empty());
  }

  private URI place(RunInput input) throws IOException {
    Optional<URI> elsewhere = input.table().map(table -> table.place(input.path()));
    if (elsewhere.isPresent() && elsewhere.get().getScheme() != null) {
      return elsewhere.get();
    }
    Path path = elsewhere.map(Path::new).orElse(new Path(input.path()));
    return path.getFileSystem(hadoop).makeQualified(path).toUri();
  }

  /** Tells what was made. The run is published, so nothing here may end the job. */
  void published(Run.Published<?> run) {
    if (events.isEmpty()) {
      return;
    }
    List<LineageDataset> outputs = List.of();
    try {
      outputs = outputs(run.directory(), run.files());
    } catch (IOException | RuntimeException e) {
      LOG.warn(
          "OpenLineage is told of no outputs, since the manifest cannot be read: {}",
          e.getClass().getSimpleName());
    }
    send(RunEvents.Type.COMPLETE, outputs, Optional.empty());
  }

  /** Tells that the work failed, with a message only where it is one of ours. */
  void failed(Throwable failure) {
    boolean ending = ShutdownHookManager.get().isShutdownInProgress();
    send(
        ending ? RunEvents.Type.ABORT : RunEvents.Type.FAIL,
        List.of(),
        Optional.of(ending ? "interrupted" : message(failure)));
  }

  private static String message(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      // Messages of foreign exceptions may quote report text.
      if (t instanceof JobFailure || t.getClass().getPackageName().equals("org.radllama.failure")) {
        return t.getMessage();
      }
    }
    return failure.getClass().getName();
  }

  private void send(RunEvents.Type type, List<LineageDataset> outputs, Optional<String> error) {
    events.ifPresent(
        of ->
            new LineageTransport(settings.get())
                .send(of.event(type, runId, inputs, outputs, error)));
  }

  /** Named by the run's directory, in which an object store has the files a folder deeper. */
  private List<LineageDataset> outputs(Path directory, Path kept) throws IOException {
    FileSystem fs = directory.getFileSystem(hadoop);
    Path place = fs.makeQualified(directory);
    byte[] bytes;
    try (InputStream in = fs.open(new Path(kept, PublishedFiles.MANIFEST))) {
      bytes = in.readAllBytes();
    }
    JsonNode manifest = Json.parse(bytes);
    List<Digests.Entry> files = new ArrayList<>();
    for (Map.Entry<String, JsonNode> file : manifest.path("outputs").properties()) {
      files.add(
          new Digests.Entry(
              file.getKey(),
              file.getValue().path("bytes").asLong(),
              file.getValue().path("sha256").asText()));
    }
    List<LineageDataset> outputs = new ArrayList<>();
    for (String product : PRODUCTS) {
      List<Digests.Entry> of = below(files, product);
      if (!of.isEmpty()) {
        outputs.add(
            dataset(
                new Path(place, product), of, OptionalLong.empty(), Map.of(), Optional.empty()));
      }
    }
    files.add(new Digests.Entry(PublishedFiles.SUCCESS, 0, Digests.sha256("")));
    files.add(PublishedFiles.manifest(bytes));
    outputs.add(
        0,
        dataset(
            place,
            files,
            rows(manifest),
            manifest.path("outputs").has(CROISSANT) ? columns(fs, kept) : Map.of(),
            Optional.of(manifest.path("counts"))
                .filter(JsonNode::isObject)
                .map(c -> (ObjectNode) c)));
    return outputs;
  }

  /** A folder's files by their paths in it; of a single file its digest alone counts. */
  private static List<Digests.Entry> below(List<Digests.Entry> files, String product) {
    List<Digests.Entry> below = new ArrayList<>();
    for (Digests.Entry file : files) {
      if (file.path().startsWith(product + "/")) {
        String rest = file.path().substring(product.length() + 1);
        below.add(new Digests.Entry(rest, file.bytes(), file.sha256()));
      } else if (file.path().equals(product)) {
        String ending = product.substring(product.lastIndexOf('.'));
        below.add(new Digests.Entry("*" + ending, file.bytes(), file.sha256()));
      }
    }
    return below;
  }

  /** With the digest that a job which reads this has in its manifest. */
  private static LineageDataset dataset(
      Path place,
      List<Digests.Entry> files,
      OptionalLong rows,
      Map<String, String> columns,
      Optional<ObjectNode> counts) {
    List<Digests.Entry> sorted =
        files.stream().sorted(Comparator.comparing(Digests.Entry::path)).toList();
    return new LineageDataset(
        place.toUri(),
        Digests.ofListing(sorted),
        sorted.size(),
        sorted.stream().mapToLong(Digests.Entry::bytes).sum(),
        rows,
        columns,
        counts);
  }

  private static OptionalLong rows(JsonNode manifest) {
    if (!manifest.path("job").asText().equals("ingest")) {
      return OptionalLong.empty();
    }
    JsonNode counts = manifest.path("counts");
    return OptionalLong.of(
        counts.path("train").asLong()
            + counts.path("validate").asLong()
            + counts.path("test").asLong());
  }

  /** Columns and types, as the dataset's description in Croissant has them. */
  private static Map<String, String> columns(FileSystem fs, Path place) throws IOException {
    Map<String, String> columns = new LinkedHashMap<>();
    try {
      for (JsonNode set : Json.read(fs, new Path(place, CROISSANT)).path("recordSet")) {
        if (set.path("@id").asText().equals("examples")) {
          set.path("field").forEach(field -> columns.put(field.path("name").asText(), type(field)));
        }
      }
    } catch (JsonProcessingException e) {
      LOG.warn("{} cannot be read: OpenLineage is told of no columns", CROISSANT);
    }
    return columns;
  }

  /** Of several types the first is the value's, the others what it means. */
  private static String type(JsonNode field) {
    JsonNode type = field.path("dataType");
    return (type.isArray() ? type.path(0) : type).asText().replaceFirst("^[a-z]+:", "");
  }
}
