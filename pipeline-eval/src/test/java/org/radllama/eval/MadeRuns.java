package org.radllama.eval;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.radllama.run.JobContext;
import org.radllama.run.Json;
import org.radllama.run.Run;
import org.radllama.run.RunInput;
import org.radllama.run.RunRequest;
import org.radllama.run.Settings;

/** Small runs, published by the same class as real ones. */
public final class MadeRuns {
  private final Path root;

  /** Runs below a directory. */
  public MadeRuns(Path root) {
    this.root = root;
  }

  /**
   * Publishes a run of these files, as if it had ended at a time.
   *
   * @param inputs paths by name
   * @param files contents by path in the run
   */
  public Path publish(
      String job,
      String id,
      String end,
      List<String> sets,
      Map<String, Path> inputs,
      Map<String, String> files,
      ObjectNode extra)
      throws IOException {
    Settings settings = Settings.load(job, Optional.empty(), sets, Map.of());
    JobContext context = JobContext.of(job, settings, null);
    List<RunInput> read = new ArrayList<>();
    inputs.forEach((name, path) -> read.add(new RunInput(name, path.toString())));
    RunRequest request =
        new RunRequest(
            job,
            root.toString(),
            Optional.of(id),
            settings,
            read,
            Set.of(),
            Set.of("metrics.jsonl", "training.html"),
            Set.of());
    Run.publish(
        context,
        request,
        run -> {
          for (Map.Entry<String, String> file : files.entrySet()) {
            run.write(file.getKey(), file.getValue());
          }
          return new Run.Result<>(extra, id);
        });
    Path published = root.resolve(id);
    Files.writeString(
        published.resolve("timings.json"),
        Json.text(
            Json.mapper()
                .createObjectNode()
                .put("start", Instant.parse(end).minusSeconds(90).toString())
                .put("end", end)));
    return published;
  }

  /** A dataset with counts. */
  public Path dataset(String id, String end, String text) throws IOException {
    ObjectNode extra = Json.mapper().createObjectNode();
    ObjectNode counts = extra.putObject("counts");
    counts.put("read", 12).put("train", 6).put("validate", 1).put("test", 2);
    counts.putObject("rejected").put("no_findings", 2);
    counts.putObject("duplicates").put("exact", 1).put("near", 0).put("leaked", 0);
    extra.putObject("leakage").put("validate", 0).put("test", 1);
    return publish(
        "ingest",
        id,
        end,
        List.of(),
        Map.of(),
        Map.of("jsonl/train.jsonl", text, "parquet/split=train/part-0.parquet", "p" + text),
        extra);
  }

  /** An adapter that learned from a dataset. */
  public Path adapter(String id, String end, Path dataset) throws IOException {
    ObjectNode extra = Json.mapper().createObjectNode();
    extra.putObject("training").put("steps", 7).put("loss", 0.5);
    return publish(
        "train",
        id,
        end,
        List.of(),
        Map.of("dataset", dataset),
        Map.of(
            "adapter/adapter_config.json", "{}",
            "adapter/adapter_model.safetensors", id,
            "metrics.jsonl", "{\"step\":1}\n",
            "training.html", "<p>"),
        extra);
  }

  /** An evaluation of an adapter with one score on all reports. */
  public Path eval(String id, String end, Path dataset, Path adapter, double mean, double low)
      throws IOException {
    ObjectNode metrics = Json.mapper().createObjectNode();
    metrics.withObject("/test_sets/openi/test/all").put("ids_and_references", "5".repeat(64));
    metrics
        .putObject("systems")
        .putObject("lora")
        .putObject("openi")
        .putObject("test")
        .putObject("all")
        .putObject("rougeL_fmeasure")
        .put("mean", mean)
        .put("low", low)
        .put("high", 2 * mean - low)
        .put("n", 20);
    ObjectNode extra = Json.mapper().createObjectNode().put("signature", "s");
    extra.putObject("counts").put("scored", 20).put("systems", 1);
    return publish(
        "eval",
        id,
        end,
        List.of("bootstrap.seed=" + id.length()),
        Map.of("dataset", dataset, "adapter lora", adapter.resolve("adapter")),
        Map.of("metrics.json", Json.text(metrics)),
        extra);
  }
}
