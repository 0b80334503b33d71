package org.radllama.eval.consensus;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.radllama.eval.rouge.RougeScorer;
import org.radllama.eval.rouge.RougeType;
import org.radllama.eval.rouge.Tokenization;

/**
 * Minimum Bayes risk decoding (Goel and Byrne 2000, for ROUGE as Ehling et al. 2007 for BLEU; on
 * samples Eikema and Aziz, arXiv 2005.10283): of all candidates the one whose expected score is
 * highest when the reference is drawn from them, each with a probability in proportion to its
 * weight. The score is the F measure of ROUGE-L with the stemmer. For one thread.
 */
public final class Consensus {
  private final RougeScorer rouge =
      new RougeScorer(List.of(RougeType.of("rougeL")), true, Tokenization.UNICODE);
  private final double[] score = new double[3];

  /**
   * The candidate with the highest weighted sum of scores against the support set, itself included;
   * on a tie the one of more weight, then the one that comes first.
   *
   * @param support candidates, at least one; equal texts count as one of their summed weight
   */
  public String of(List<MbrCandidate> support) {
    Map<String, Double> merged = new LinkedHashMap<>();
    support.forEach(c -> merged.merge(c.text(), c.weight(), Double::sum));
    List<String> texts = new ArrayList<>(merged.keySet());
    double[] weights = merged.values().stream().mapToDouble(Double::doubleValue).toArray();
    double[] expected = expected(texts, weights);
    int best = 0;
    for (int i = 1; i < expected.length; i++) {
      if (expected[i] > expected[best]
          || (expected[i] == expected[best] && weights[i] > weights[best])) {
        best = i;
      }
    }
    return texts.get(best);
  }

  /** The F measure is symmetric, so each pair is scored once. */
  private double[] expected(List<String> texts, double[] weights) {
    double[] expected = new double[weights.length];
    for (int i = 0; i < weights.length; i++) {
      for (int j = 0; j <= i; j++) {
        rouge.score(texts.get(i), texts.get(j), score, 0);
        expected[i] += weights[j] * score[2];
        expected[j] += i == j ? 0 : weights[i] * score[2];
      }
    }
    return expected;
  }
}
