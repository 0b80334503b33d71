package org.radllama.eval.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.eval.predict.ImportedPredictions;
import org.radllama.eval.predict.Prediction;
import org.radllama.ingest.run.Json;

/** Writes the files into a run's work directory. */
public final class EvalFiles {
  private final FileSystem fs;
  private final Path root;

  /** Files below {@code root}. */
  public EvalFiles(FileSystem fs, Path root) {
    this.fs = fs;
    this.root = root;
  }

  /** {@code predictions.jsonl}, in the order given. */
  public void predictions(List<Prediction> predictions) throws IOException {
    try (Writer lines = lines("predictions.jsonl")) {
      for (Prediction p : predictions) {
        ObjectNode node = Json.mapper().createObjectNode();
        node.put("id", p.id());
        node.put("dataset", p.dataset());
        node.put("split", p.split());
        node.put("system", p.system());
        node.put("prediction", p.prediction());
        node.put("reference", p.reference());
        lines.write(node + "\n");
      }
    }
  }

  /** {@code unmatched.jsonl}: ids of imported files and of the split that found no partner. */
  public void unmatched(List<ImportedPredictions.Joined> imported) throws IOException {
    try (Writer lines = lines("unmatched.jsonl")) {
      for (ImportedPredictions.Joined joined : imported) {
        for (ImportedPredictions.Unmatched u : joined.unmatched()) {
          ObjectNode node = Json.mapper().createObjectNode();
          node.put("system", u.system());
          node.put("id", u.id());
          node.put("kind", u.kind().name().toLowerCase(Locale.ROOT));
          lines.write(node + "\n");
        }
      }
    }
  }

  /** {@code metrics.json}. */
  public void metrics(EvalOutcome outcome) throws IOException {
    Json.write(fs, new Path(root, "metrics.json"), MetricsJson.of(outcome));
  }

  /** {@code report.html}. */
  public void page(String html) throws IOException {
    try (OutputStream out = fs.create(new Path(root, "report.html"), true)) {
      out.write(html.getBytes(StandardCharsets.UTF_8));
    }
  }

  private Writer lines(String name) throws IOException {
    return new BufferedWriter(
        new OutputStreamWriter(fs.create(new Path(root, name), true), StandardCharsets.UTF_8));
  }
}
