package org.radllama.eval.score;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.radllama.eval.rouge.RougeScorer;
import org.radllama.eval.rouge.RougeType;

/**
 * The numbers computed for a pair of texts.
 *
 * @param types the variants of ROUGE
 * @param unstemmed whether each is computed without the stemmer as well
 */
public record Metrics(List<RougeType> types, boolean unstemmed) implements Serializable {
  private static final List<String> PARTS = List.of("precision", "recall", "fmeasure");

  public Metrics {
    types = List.copyOf(types);
  }

  /** Names in the order of the values, {@code rouge1_precision} first. */
  public List<String> names() {
    List<String> names = new ArrayList<>();
    for (String mode : unstemmed ? List.of("_", "_unstemmed_") : List.of("_")) {
      for (RougeType type : types) {
        PARTS.forEach(part -> names.add(type.label() + mode + part));
      }
    }
    return names;
  }

  /** Computes pairs; for one thread. */
  public PairScorer scorer() {
    return new PairScorer(this);
  }

  /** Computes the values of pairs, with working memory of its own. */
  public static final class PairScorer {
    private final int values;
    private final List<RougeScorer> scorers = new ArrayList<>();

    private PairScorer(Metrics metrics) {
      values = metrics.names().size();
      scorers.add(new RougeScorer(metrics.types, true));
      if (metrics.unstemmed) {
        scorers.add(new RougeScorer(metrics.types, false));
      }
    }

    /** One value for each of {@link Metrics#names()}. */
    public double[] score(String reference, String prediction) {
      double[] scores = new double[values];
      int each = values / scorers.size();
      for (int i = 0; i < scorers.size(); i++) {
        scorers.get(i).score(reference, prediction, scores, i * each);
      }
      return scores;
    }
  }
}
