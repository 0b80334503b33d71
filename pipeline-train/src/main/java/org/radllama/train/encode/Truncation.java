package org.radllama.train.encode;

import java.io.Serializable;
import java.util.Comparator;
import java.util.List;

/**
 * What was shortened.
 *
 * @param examples how many examples were encoded
 * @param cuts those that were too long, by id
 */
public record Truncation(long examples, List<Cut> cuts) implements Serializable {
  public Truncation {
    cuts = cuts.stream().sorted(Comparator.comparing(Cut::id)).toList();
  }

  /**
   * One example that was too long.
   *
   * @param id the example's
   * @param similarReports how many of its similar reports were left out
   * @param backgroundTokens how many tokens its background sections lost at their end
   * @param inputTokens how many tokens its findings (or the report) lost at their end; of a report,
   *     EOS is counted too
   * @param outputTokens how many tokens its output lost at its end, EOS counted
   */
  public record Cut(
      String id, int similarReports, int backgroundTokens, int inputTokens, int outputTokens)
      implements Serializable {

    /** Whether it lost anything. */
    boolean lost() {
      return similarReports > 0 || backgroundTokens > 0 || inputTokens > 0 || outputTokens > 0;
    }
  }

  /** How many examples lost similar reports. */
  public long similarCut() {
    return cuts.stream().filter(c -> c.similarReports() > 0).count();
  }

  /** How many examples lost something of their background sections. */
  public long backgroundsCut() {
    return cuts.stream().filter(c -> c.backgroundTokens() > 0).count();
  }

  /** How many examples lost something of their findings, or reports of their end. */
  public long inputsCut() {
    return cuts.stream().filter(c -> c.inputTokens() > 0).count();
  }

  /** How many examples lost something of their output. */
  public long outputsCut() {
    return cuts.stream().filter(c -> c.outputTokens() > 0).count();
  }
}
