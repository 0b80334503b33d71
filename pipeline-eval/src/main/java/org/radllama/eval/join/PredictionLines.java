package org.radllama.eval.join;

import static org.radllama.text.Format.format;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.radllama.failure.BadInputException;

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
    InputFile file = InputFile.predictions(hadoop, name, path);
    try (BufferedReader lines = InputFile.lines(hadoop, path)) {
      int number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        LineFormat.Parsed parsed = file.format().parse(line, ++number == 1);
        if (parsed instanceof LineFormat.Parsed.Bad bad) {
          throw new BadInputException(format("%s: line %d %s", name, number, bad.reason()));
        } else if (parsed instanceof LineFormat.Parsed.Row row
            && row.row() instanceof JoinRow.Answer answer) {
          JsonNode system = LineFormat.json(line).path("system");
          sink.take(row.id(), system.asText(""), answer.prediction());
        }
      }
    }
  }
}
