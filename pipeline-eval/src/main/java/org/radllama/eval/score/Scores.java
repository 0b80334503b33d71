package org.radllama.eval.score;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.radllama.eval.predict.Prediction;

/**
 * Predictions with their values.
 *
 * @param metrics names of the values
 * @param predictions sorted by system, dataset and id
 * @param values one row a prediction, one value a metric
 */
public record Scores(List<String> metrics, List<Prediction> predictions, List<double[]> values) {
  public Scores {
    metrics = List.copyOf(metrics);
    predictions = List.copyOf(predictions);
    if (predictions.size() != values.size()) {
      throw new IllegalArgumentException(
          "%d predictions, %d rows of scores".formatted(predictions.size(), values.size()));
    }
  }

  /** A corpus in which systems are compared. */
  public record Corpus(String dataset, String split) implements Comparable<Corpus> {
    @Override
    public int compareTo(Corpus other) {
      int byDataset = dataset.compareTo(other.dataset);
      return byDataset != 0 ? byDataset : split.compareTo(other.split);
    }
  }

  /** Rows by corpus, then system, as positions in the lists. */
  public Map<Corpus, Map<String, List<Integer>>> byCorpus() {
    Map<Corpus, Map<String, List<Integer>>> rows = new TreeMap<>();
    for (int row = 0; row < predictions.size(); row++) {
      Prediction p = predictions.get(row);
      rows.computeIfAbsent(new Corpus(p.dataset(), p.split()), c -> new TreeMap<>())
          .computeIfAbsent(p.system(), s -> new ArrayList<>())
          .add(row);
    }
    return rows;
  }

  /**
   * A metric's place in a row.
   *
   * @throws IllegalArgumentException if it was not computed
   */
  public int column(String metric) {
    int column = metrics.indexOf(metric);
    if (column < 0) {
      throw new IllegalArgumentException("not computed: " + metric + ", only " + metrics);
    }
    return column;
  }
}
