package org.radllama.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.eval.EvalJob;
import org.radllama.eval.ReportJob;
import org.radllama.ingest.IngestJob;
import org.radllama.ingest.synthetic.SyntheticCorpus;
import org.radllama.store.ObjectStoreServer;
import org.radllama.train.TokenizerJob;
import org.radllama.train.TrainJob;

/**
 * The jobs on an S3 server, in this JVM, beside the same jobs on a local folder. {@code
 * deploy/object-stores/check} does more, by spark-submit.
 */
class ObjectStoreTest {
  private static final List<String> TINY =
      List.of(
          "method=full",
          "model.hidden-size=32",
          "model.intermediate-size=64",
          "model.layers=1",
          "model.heads=2",
          "model.key-value-heads=2",
          "batch-size=16",
          "max-steps=2");

  @TempDir Path folder;

  private final Map<String, String> properties = new TreeMap<>();
  private ObjectStoreServer server;
  private ClassLoader before;

  @BeforeEach
  void start() throws Exception {
    // A cached one has the configuration of whichever test opened it, such as a cluster's.
    FileSystem.closeAll();
    server = ObjectStoreServer.start(folder.resolve("server"));
    before = Thread.currentThread().getContextClassLoader();
    Thread.currentThread().setContextClassLoader(server.loader());
    set("spark.master", "local[2]");
    // A job that ends well returns, where otherwise it would end this JVM.
    set("spark.submit.deployMode", "cluster");
    set("spark.ui.enabled", "false");
    set("spark.sql.warehouse.dir", folder.resolve("warehouse").toString());
    server.settings().forEach((key, value) -> set("spark.hadoop." + key, value));
  }

  private void set(String key, String value) {
    properties.put(key, System.setProperty(key, value));
  }

  @AfterEach
  void stop() throws Exception {
    properties.forEach(
        (key, value) -> {
          if (value == null) {
            System.clearProperty(key);
          } else {
            System.setProperty(key, value);
          }
        });
    if (server != null) {
      Thread.currentThread().setContextClassLoader(before);
      FileSystem.closeAll();
      server.close();
    }
  }

  @Test
  void theWholeWayGivesTheBytesOfLocalRuns() throws Exception {
    new SyntheticCorpus(7).writeMimicCxr(folder.resolve("data"), 40);
    upload(folder.resolve("data"));
    String local = folder.resolve("runs").toString();
    Path stored = server.bucket().resolve("runs");
    whole(local, folder.resolve("data").toString());
    whole(server.uri("runs"), server.uri("data"));
    for (String run : List.of("dataset", "tokenizer", "base", "scores", "page")) {
      SortedMap<String, String> outputs = outputs(published(stored, run));
      assertThat(outputs).isNotEmpty();
      SortedMap<String, String> locals = outputs(Path.of(local, run));
      assertThat(outputs.keySet()).as(run).isEqualTo(locals.keySet());
      // Pages and cards name paths, and the report of all runs their times.
      outputs.keySet().removeIf(name -> run.equals("page") || name.matches(".*\\.(html|md)"));
      assertThat(outputs).as(run).isEqualTo(onlyKeys(locals, outputs));
    }
  }

  private static SortedMap<String, String> onlyKeys(
      SortedMap<String, String> of, SortedMap<String, String> like) {
    SortedMap<String, String> kept = new TreeMap<>(of);
    kept.keySet().retainAll(like.keySet());
    return kept;
  }

  private void whole(String out, String data) throws Exception {
    server.requests();
    IngestJob.main(
        args(
            out,
            "dataset",
            List.of(),
            "--mimic-cxr",
            data + "/files",
            "--split-file",
            "mimic-cxr=" + data + "/mimic-cxr-2.0.0-split.csv.gz"));
    SortedMap<String, Integer> requests = server.requests();
    if (out.startsWith("s3a:")) {
      assertThat(requests).containsKeys("PutObject", "GetObject").doesNotContainKey("CopyObject");
    }
    String dataset = out + "/dataset";
    TokenizerJob.main(
        args(out, "tokenizer", List.of(), "--dataset", dataset, "--vocab-size", "320"));
    List<String> tiny = new ArrayList<>(TINY);
    tiny.add("tokenizer=\"" + out + "/tokenizer\"");
    TrainJob.main(args(out, "base", tiny, "--dataset", dataset));
    EvalJob.main(
        args(
            out,
            "scores",
            List.of("generate.max-new-tokens=4"),
            "--dataset",
            dataset,
            "--base-model",
            out + "/base/model",
            "--baselines",
            "lead"));
    ReportJob.main(args(out, "page", List.of(), "--runs", out));
  }

  private static String[] args(String out, String runId, List<String> settings, String... more) {
    List<String> args = new ArrayList<>(List.of("--out", out, "--run-id", runId));
    settings.forEach(setting -> args.addAll(List.of("--set", setting)));
    args.addAll(List.of(more));
    return args.toArray(String[]::new);
  }

  private void upload(Path data) throws Exception {
    try (Stream<Path> files = Files.walk(data)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        org.apache.hadoop.fs.Path to =
            new org.apache.hadoop.fs.Path(server.uri("data/" + data.relativize(file)));
        try (InputStream in = Files.newInputStream(file);
            OutputStream out = to.getFileSystem(server.configuration()).create(to)) {
          in.transferTo(out);
        }
      }
    }
  }

  private static Path published(Path runs, String run) throws Exception {
    Path marker = runs.resolve(run).resolve("_COMMITTED.json");
    return runs.resolve(run)
        .resolve(new ObjectMapper().readTree(marker.toFile()).path("attempt").asText());
  }

  /** Digests by name, as the manifest has them. */
  private static SortedMap<String, String> outputs(Path run) throws Exception {
    SortedMap<String, String> outputs = new TreeMap<>();
    for (Map.Entry<String, JsonNode> file :
        new ObjectMapper()
            .readTree(run.resolve("manifest.json").toFile())
            .path("outputs")
            .properties()) {
      outputs.put(file.getKey(), file.getValue().path("sha256").asText());
    }
    return outputs;
  }
}
