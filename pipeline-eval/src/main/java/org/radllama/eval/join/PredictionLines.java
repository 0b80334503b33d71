package org.radllama.eval.join;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;

/** A file of predictions read in order on one machine, for those who want a few lines of it. */
public final class PredictionLines {
  private PredictionLines() {}

  /** Takes a line. */
  public interface Sink {
    /**
     * A prediction.
     *
     * @param system the line's own, as {@code predictions.jsonl} of eval has it; otherwise empty
     */
    void take(String id, String system, String prediction);
  }

  /**
   * Reads a file, compressed or not.
   *
   * @param name how messages call it
   * @throws BadInputException, naming the line, when there is no file or a line is no prediction
   */
  public static void read(Configuration hadoop, String name, String path, Sink sink)
      throws IOException {
    InputFile.predictions(hadoop, name, path)
        .read(
            hadoop,
            (line, row) -> {
              String system = LineFormat.json(line).path("system").asText("");
              sink.take(row.id(), system, ((JoinRow.Answer) row.row()).prediction());
            });
  }
}
