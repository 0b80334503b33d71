package org.radllama.eval.compare;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.radllama.eval.score.ExactSum;
import org.radllama.eval.score.Scores;
import org.radllama.eval.score.Subset;
import org.radllama.eval.score.SubsetIndex;

/**
 * Tests every pair of systems.
 *
 * @param test the test
 * @param metrics the numbers compared
 * @param subsets where
 */
public record Comparisons(Randomisation test, List<String> metrics, List<Subset> subsets) {
  public Comparisons {
    metrics = List.copyOf(metrics);
    subsets = List.copyOf(subsets);
  }

  /** All tests, sorted by corpus, subset, metric and the systems' names. */
  public List<Comparison> between(Scores scores, SubsetIndex index) {
    List<Comparison> all = new ArrayList<>();
    scores
        .byCorpus()
        .forEach(
            (corpus, systems) ->
                subsets.forEach(
                    subset ->
                        all.addAll(family(scores, corpus, systems, subset, index.ids(subset)))));
    return all;
  }

  private List<Comparison> family(
      Scores scores,
      Scores.Corpus corpus,
      Map<String, List<Integer>> systems,
      Subset subset,
      Set<String> ids) {
    List<String> names = List.copyOf(systems.keySet());
    List<Comparison> family = new ArrayList<>();
    for (String metric : metrics) {
      int column = scores.column(metric);
      for (int i = 0; i < names.size(); i++) {
        for (int j = i + 1; j < names.size(); j++) {
          double[] differences =
              differences(
                  scores, column, systems.get(names.get(i)), systems.get(names.get(j)), ids);
          if (differences.length > 0) {
            family.add(compare(corpus, subset, metric, names.get(i), names.get(j), differences));
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

  private Comparison compare(
      Scores.Corpus corpus,
      Subset subset,
      String metric,
      String a,
      String b,
      double[] differences) {
    ExactSum sum = new ExactSum();
    for (double difference : differences) {
      sum.add(difference);
    }
    double p = test.p(differences);
    return new Comparison(
        corpus, subset, metric, a, b, differences.length, sum.value() / differences.length, p, p);
  }

  private static double[] differences(
      Scores scores, int column, List<Integer> a, List<Integer> b, Set<String> ids) {
    Map<String, Double> byId = new HashMap<>();
    b.forEach(
        row -> byId.put(scores.predictions().get(row).id(), scores.values().get(row)[column]));
    return a.stream()
        .filter(row -> ids.contains(scores.predictions().get(row).id()))
        .filter(row -> byId.containsKey(scores.predictions().get(row).id()))
        .mapToDouble(
            row -> scores.values().get(row)[column] - byId.get(scores.predictions().get(row).id()))
        .toArray();
  }
}
