package org.radllama.eval.encoder;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.failure.BadInputException;
import org.radllama.run.Digests;

/**
 * What BERTScore's F of unrelated texts is, in the form of bert_score's own files: a header, and
 * for each layer from 0 a line of its number, precision, recall and F, split by commas.
 *
 * @param f1 of unrelated texts, below 1
 * @param sha256 of the file
 */
public record Baseline(double f1, String sha256) implements Serializable {
  /**
   * Reads a file.
   *
   * @throws BadInputException when it has no line for the layer
   */
  public static Baseline read(Configuration hadoop, String path, int layer) throws IOException {
    Path file = new Path(path);
    FileSystem fs = file.getFileSystem(hadoop);
    if (!fs.exists(file)) {
      throw new BadInputException("--bertscore-baseline: no such file: %s", path);
    }
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(fs.open(file), StandardCharsets.UTF_8))) {
      List<String> all = lines.lines().limit(1000).toList();
      String[] cells = layer + 1 < all.size() ? all.get(layer + 1).split(",") : new String[0];
      double f1 = cells.length == 4 ? Double.parseDouble(cells[3].strip()) : Double.NaN;
      if (f1 < 1 && Integer.parseInt(cells[0].strip()) == layer) {
        return new Baseline(f1, Digests.sha256(fs, file));
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw new BadInputException(
        "--bertscore-baseline: %s has no line \"LAYER,P,R,F\" of layer %d", path, layer);
  }

  /** An F on the scale on which unrelated texts have 0. */
  public double rescaled(double score) {
    return (score - f1) / (1 - f1);
  }
}
