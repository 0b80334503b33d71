package org.radllama.eval.score.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.radllama.eval.findings.Observation;

class FamiliesTest {

  @Test
  void exactMatchForgivesWhiteSpaceOnly() {
    Metrics exact = new Metrics(List.of(new ExactMatchFamily()));
    assertThat(score(exact, "exact_match", pair("No  effusion.\n", " No effusion."))).isEqualTo(1);
    assertThat(score(exact, "exact_match", pair("No effusion.", "no effusion."))).isZero();
    assertThat(score(exact, "exact_match", pair("No effusion", "No effusion."))).isZero();
    Pair several = new Pair(List.of("a", "b"), "b", "", new double[0]);
    assertThat(score(exact, "exact_match", several, pair("a", "b"))).isEqualTo(0.5);
  }

  @Test
  void lengthsAreARatioOfSums() {
    Metrics length = new Metrics(List.of(new LengthFamily()));
    assertThat(score(length, "length_ratio", pair("a b c d", "a"), pair("a", "a b c d")))
        .isEqualTo(1);
    assertThat(score(length, "length_ratio", pair("a b", "3-4 cm"))).isEqualTo(1.5);
    assertThat(score(length, "length_ratio", pair("", "a"))).isNaN();
    Pair several = new Pair(List.of("a b c", "a", "a b"), "x x", "", new double[0]);
    assertThat(score(length, "length_ratio", several)).isEqualTo(1);
  }

  @Test
  void copiedWordPairsAreThoseOfTheFindings() {
    Metrics copy = new Metrics(List.of(new CopyFamily()));
    Pair half = new Pair(List.of("x"), "No effusion seen.", "There is no effusion.", new double[0]);
    assertThat(score(copy, "copy_rate", half)).isEqualTo(0.5);
    assertThat(score(copy, "copy_rate", pair("x", "no findings known"))).isNaN();
  }

  @Test
  void findingsAreSummedOverReportsBeforeRatios() {
    Metrics findings = new Metrics(List.of(new FindingsFamily()));
    Pair both = pair("Cardiomegaly. Edema.", "Cardiomegaly with effusion.");
    Pair none = pair("No acute disease.", "Normal.");
    Pair missed = pair("Pneumothorax.", "");
    // Counts: cardiomegaly 1/0/0, edema 0/0/1, effusion 0/1/0, no finding 1/0/0, pneumothorax 0/0/1
    assertThat(score(findings, "findings_micro_precision", both, none, missed))
        .isCloseTo(2 / 3.0, within(1e-15));
    assertThat(score(findings, "findings_micro_recall", both, none, missed)).isEqualTo(0.5);
    assertThat(score(findings, "findings_micro_f1", both, none, missed))
        .isCloseTo(4 / 7.0, within(1e-15));
    assertThat(score(findings, "findings_macro_f1", both, none, missed))
        .isCloseTo(2 / 5.0, within(1e-15));
    assertThat(Observation.values()).hasSize(14);
  }

  @Test
  void attributesAreMeansAndRecommendationsARatioOfSums() {
    Metrics attributes = new Metrics(List.of(new AttributesFamily(List.of())));
    Pair same = pair("Left effusion. CT is recommended.", "Left effusion. Recommend CT.");
    Pair other = pair("Left effusion. Recommend biopsy.", "Right effusion.");
    Pair normal = pair("No acute disease.", "Normal chest.");
    assertThat(score(attributes, "attributes_contradictions", same, other)).isEqualTo(0.5);
    assertThat(score(attributes, "attributes_major_errors", same, other)).isEqualTo(0.5);
    assertThat(score(attributes, "attributes_minor_errors", same, other)).isEqualTo(0.5);
    assertThat(score(attributes, "attributes_recommendations_f1", same, other))
        .isCloseTo(2 / 3.0, within(1e-15));
    assertThat(score(attributes, "attributes_recommendations_f1", normal)).isNaN();
    assertThat(score(attributes, "attributes_score", normal)).isEqualTo(1);
    assertThat(score(attributes, "attributes_score", other))
        .isCloseTo(1.25 / (1.25 + 1.5), within(1e-15));
  }

  @Test
  void importedScoresCountWhereTheyAre() {
    Metrics imported = new Metrics(List.of(new ImportedFamily("x", 0)));
    Pair one = new Pair(List.of(""), "", "", new double[] {0.25});
    Pair other = new Pair(List.of(""), "", "", new double[] {0.75});
    Pair absent = new Pair(List.of(""), "", "", new double[] {Double.NaN});
    assertThat(score(imported, "x", one, absent, other)).isEqualTo(0.5);
    assertThat(imported.reports(0, new double[] {1, 2}, 3)).isEqualTo(2);
    assertThat(score(imported, "x", absent)).isNaN();
  }

  private static double score(Metrics metrics, String name, Pair... pairs) {
    double[] sums = new double[metrics.width()];
    Metrics.RowCounter counter = metrics.counter();
    for (Pair pair : pairs) {
      double[] row = counter.count(pair);
      for (int i = 0; i < sums.length; i++) {
        sums[i] += row[i];
      }
    }
    return metrics.score(metrics.index(name), sums, pairs.length);
  }

  private static Pair pair(String reference, String prediction) {
    return new Pair(List.of(reference), prediction, "", new double[0]);
  }
}
