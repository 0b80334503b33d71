package org.radllama.eval.report;

import java.io.IOException;
import java.util.Map;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.page.Table;
import org.radllama.run.Json;
import org.radllama.run.TextFiles;

/** Writes the files into a run's work directory. */
public final class EvalFiles {
  private final FileSystem fs;
  private final Path root;

  /** Files below {@code root}. */
  public EvalFiles(FileSystem fs, Path root) {
    this.fs = fs;
    this.root = root;
  }

  /** {@code metrics.json}. */
  public void metrics(EvalOutcome outcome) throws IOException {
    Json.write(fs, new Path(root, "metrics.json"), PublishedScores.json(outcome));
  }

  /** {@code report.html}. */
  public void page(String html) throws IOException {
    write("report.html", html);
  }

  /** {@code tables/NAME.csv}, {@code .md} and {@code .tex} of each table. */
  public void tables(Map<String, Table> tables) throws IOException {
    for (Map.Entry<String, Table> table : tables.entrySet()) {
      String name = "tables/" + table.getKey();
      write(name + ".csv", TableFormats.csv(table.getValue()));
      write(name + ".md", TableFormats.markdown(table.getValue()));
      write(name + ".tex", TableFormats.latex(table.getValue()));
    }
  }

  private void write(String name, String text) throws IOException {
    TextFiles.write(fs, new Path(root, name), text);
  }
}
