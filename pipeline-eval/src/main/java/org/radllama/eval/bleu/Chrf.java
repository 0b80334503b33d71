package org.radllama.eval.bleu;

import java.util.List;
import org.radllama.eval.ngram.NgramOverlap;
import org.radllama.eval.ngram.TokenIds;
import org.radllama.text.Whitespace;

/**
 * chrF (Popović 2015) as sacreBLEU computes it by default: n-grams of 1 to 6 characters without
 * white space, no words, beta = 2 (so recall counts four times as much), over the orders that both
 * texts have, in [0, 100]. A pair gives {@link #STATISTICS} counts; those of a corpus are their
 * sums. With several references a pair counts with the one that scores highest.
 *
 * <p>One serves one thread: it keeps its working memory from pair to pair.
 */
public final class Chrf {
  /** Longest n-grams. */
  public static final int ORDER = 6;

  /** Counts of a pair: for each order n-grams of the prediction, of the reference, common ones. */
  public static final int STATISTICS = 3 * ORDER;

  /** What the counts depend on, in sacreBLEU's words; the number of references is the corpus's. */
  public static final String SIGNATURE = "case:mixed|eff:yes|nc:6|nw:0|space:no";

  private static final double BETA_SQUARED = 4;

  private final TokenIds reference = new TokenIds();
  private final TokenIds prediction = new TokenIds();
  private final NgramOverlap ngrams = new NgramOverlap();

  /**
   * Writes a pair's counts.
   *
   * @param references at least one
   * @param into gets {@link #STATISTICS} values from {@code offset} on
   */
  public void statistics(List<String> references, String text, double[] into, int offset) {
    int highest = characters(text, prediction);
    count(references.get(0), highest, into, offset);
    if (references.size() == 1) {
      return;
    }
    double best = score(into, offset);
    double[] other = new double[STATISTICS];
    for (String further : references.subList(1, references.size())) {
      count(further, highest, other, 0);
      if (score(other, 0) > best) {
        best = score(other, 0);
        System.arraycopy(other, 0, into, offset, STATISTICS);
      }
    }
  }

  private void count(String text, int highestOfPrediction, double[] into, int offset) {
    int highest = Math.max(highestOfPrediction, characters(text, reference));
    ngrams.begin(reference, prediction, highest + 1);
    for (int n = 1; n <= ORDER; n++) {
      if (n > 1) {
        ngrams.lengthen(reference, prediction);
      }
      int of = offset + 3 * (n - 1);
      int expected = Math.max(0, reference.length - n + 1);
      // An order that the reference lacks counts for neither.
      into[of] = expected == 0 ? 0 : Math.max(0, prediction.length - n + 1);
      into[of + 1] = expected;
      into[of + 2] = ngrams.hits(reference, prediction);
    }
  }

  /** The code points that are no white space, each its own id; returns the highest. */
  private static int characters(String text, TokenIds into) {
    into.clear();
    int highest = 0;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      if (!Character.isBmpCodePoint(c) || !Whitespace.is((char) c)) {
        into.add(c);
        highest = Math.max(highest, c);
      }
    }
    return highest;
  }

  /**
   * The score of summed counts.
   *
   * @param sums {@link #STATISTICS} values from {@code offset} on
   * @return in [0, 100]
   */
  public static double score(double[] sums, int offset) {
    double precision = 0;
    double recall = 0;
    int orders = 0;
    for (int at = offset; at < offset + STATISTICS; at += 3) {
      if (sums[at] > 0 && sums[at + 1] > 0) {
        precision += sums[at + 2] / sums[at];
        recall += sums[at + 2] / sums[at + 1];
        orders++;
      }
    }
    if (precision + recall == 0) {
      return 0;
    }
    precision /= orders;
    recall /= orders;
    return 100 * ((1 + BETA_SQUARED) * precision * recall / (BETA_SQUARED * precision + recall));
  }
}
