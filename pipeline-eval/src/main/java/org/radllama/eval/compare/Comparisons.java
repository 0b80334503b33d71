package org.radllama.eval.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.radllama.eval.join.Corpus;
import org.radllama.eval.join.Subset;
import org.radllama.eval.score.family.Metrics;
import org.radllama.eval.score.statistics.Cell;
import org.radllama.eval.score.statistics.ExactSum;
import org.radllama.eval.score.statistics.SufficientStatistics;

/**
 * Tests every pair of systems.
 *
 * @param test the test
 * @param metrics the scores compared
 * @param subsets where
 */
public record Comparisons(Randomisation test, List<String> metrics, List<Subset> subsets) {
  public Comparisons {
    metrics = List.copyOf(metrics);
    subsets = List.copyOf(subsets);
  }

  /** With scores from elsewhere. */
  public Comparisons with(List<String> imported) {
    List<String> all = new ArrayList<>(metrics);
    all.addAll(imported);
    return new Comparisons(test, all, subsets);
  }

  /** All tests, sorted by corpus, subset, score and the systems' names. */
  public List<Comparison> between(SufficientStatistics sums, Metrics computed) {
    List<Comparison> all = new ArrayList<>();
    for (Corpus corpus : sums.corpora()) {
      for (Subset subset : subsets) {
        all.addAll(family(sums, computed, corpus, subset));
      }
    }
    return all;
  }

  private List<Comparison> family(
      SufficientStatistics sums, Metrics computed, Corpus corpus, Subset subset) {
    List<String> names =
        sums.systems().stream().filter(s -> sums.cells(s, corpus).containsKey(subset)).toList();
    List<Comparison> family = new ArrayList<>();
    for (String metric : metrics) {
      for (int i = 0; i < names.size(); i++) {
        for (int j = i + 1; j < names.size(); j++) {
          Cell a = sums.cells(names.get(i), corpus).get(subset);
          Cell b = sums.cells(names.get(j), corpus).get(subset);
          int index = computed.index(metric);
          if (isDefined(a, computed, index) && isDefined(b, computed, index)) {
            family.add(
                compare(
                    new Comparison(corpus, subset, metric, names.get(i), names.get(j), 0, 0, 1, 1),
                    a,
                    b,
                    computed));
          }
        }
      }
    }
    double[] adjusted = Holm.adjust(family.stream().mapToDouble(Comparison::p).toArray());
    for (int i = 0; i < adjusted.length; i++) {
      family.set(i, family.get(i).corrected(adjusted[i]));
    }
    return family;
  }

  private static boolean isDefined(Cell cell, Metrics computed, int metric) {
    return !Double.isNaN(computed.score(metric, cell.sums(), cell.weight()));
  }

  private Comparison compare(Comparison of, Cell a, Cell b, Metrics computed) {
    int metric = computed.index(of.metric());
    int column = computed.meanOf(metric);
    double difference;
    double p;
    if (column >= 0) {
      double[] differences = differences(a, b, column);
      ExactSum sum = new ExactSum();
      for (double one : differences) {
        sum.add(one);
      }
      difference = sum.value() / a.weight();
      p = test.p(differences);
    } else {
      difference =
          computed.score(metric, a.sums(), a.weight())
              - computed.score(metric, b.sums(), b.weight());
      p =
          test.p(
              computed.slices(metric, a.groupRows()),
              computed.slices(metric, b.groupRows()),
              slice -> computed.ofSlice(metric, slice));
    }
    long n = Math.round(computed.reports(metric, a.sums(), a.weight()));
    return new Comparison(
        of.corpus(), of.subset(), of.metric(), of.a(), of.b(), n, difference, p, p);
  }

  private static double[] differences(Cell a, Cell b, int column) {
    Map<String, double[]> ofB = b.groupsByKey();
    return a.groupsByKey().entrySet().stream()
        .mapToDouble(group -> group.getValue()[column] - ofB.get(group.getKey())[column])
        .toArray();
  }
}
