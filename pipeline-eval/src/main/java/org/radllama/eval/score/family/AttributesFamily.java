package org.radllama.eval.score.family;

import java.util.List;
import org.radllama.eval.findings.ReportComparison;

/**
 * What prediction and reference say of each finding beyond its name: side, place, size, severity,
 * change and certainty, and what they recommend. A mean score; major errors, minor errors and
 * contradictions in a report, of which fewer are better; and the F1 of recommendations, undefined
 * where neither side recommends anything. With several references the first counts.
 *
 * @param phrases that go before the labeller's own, as for {@link ReportComparison}
 */
public record AttributesFamily(List<String> phrases) implements ScoreFamily {
  /** Its {@link #name}. */
  public static final String NAME = "attributes";

  private static final int RECOMMENDATIONS = 4;

  /** Copies the phrases. */
  public AttributesFamily {
    phrases = List.copyOf(phrases);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<String> names() {
    return List.of(
        "attributes_score",
        "attributes_major_errors",
        "attributes_minor_errors",
        "attributes_contradictions",
        "attributes_recommendations_f1");
  }

  /** The first four scores, then recommendations of both, of the prediction, of the reference. */
  @Override
  public int width() {
    return 7;
  }

  @Override
  public boolean countsOnly() {
    return false;
  }

  @Override
  public String signature() {
    return FindingsFamily.labeller(phrases) + "|minor:0.5|smoothing:0.25";
  }

  @Override
  public Counter counter() {
    ReportComparison comparison = new ReportComparison(phrases);
    return (pair, into, offset) -> {
      ReportComparison.Grades grades =
          comparison.compare(pair.references().get(0), pair.prediction());
      into[offset] = grades.score();
      into[offset + 1] = grades.major();
      into[offset + 2] = grades.minor();
      into[offset + 3] = grades.contradictions();
      into[offset + 4] = grades.advised().both();
      into[offset + 5] = grades.advised().prediction();
      into[offset + 6] = grades.advised().reference();
    };
  }

  @Override
  public double score(int index, double[] sums, int offset, double reports) {
    return index == RECOMMENDATIONS
        ? ScoreFamily.ratio(2 * sums[offset + 4], sums[offset + 5] + sums[offset + 6])
        : sums[offset + index] / reports;
  }
}
