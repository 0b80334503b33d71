package org.radllama.eval.bleu;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.radllama.eval.ngram.CharTable;
import org.radllama.eval.ngram.NgramOverlap;
import org.radllama.eval.ngram.TokenIds;

/**
 * BLEU-4 (Papineni et al. 2002) as sacreBLEU computes it by default: tokens of {@code 13a}, case
 * kept, {@code exp} smoothing, the closest reference length, in [0, 100]. A pair gives {@link
 * #STATISTICS} counts; those of a corpus are their sums.
 *
 * <p>One serves one thread: it keeps its working memory from pair to pair, within bounds.
 */
public final class Bleu {
  /** Longest n-grams. */
  public static final int ORDER = 4;

  /**
   * Counts of a pair: tokens of the prediction, tokens of the reference, matches of each order,
   * n-grams of the prediction of each order.
   */
  public static final int STATISTICS = 2 + 2 * ORDER;

  /** What the counts depend on, in sacreBLEU's words; the number of references is the corpus's. */
  public static final String SIGNATURE = "case:mixed|eff:no|tok:13a|smooth:exp";

  /** What sacreBLEU takes the logarithm of nothing for. */
  private static final double LOG_OF_ZERO = -9999999999.0;

  private static final int MOST_TOKENS = 1 << 18;
  private static final int MOST_CHARACTERS = 1 << 23;

  private final CharTable table = new CharTable();
  private final TokenIds reference = new TokenIds();
  private final TokenIds prediction = new TokenIds();
  private final NgramOverlap ngrams = new NgramOverlap();
  private char[] token = new char[64];

  /**
   * Writes a pair's counts.
   *
   * @param references at least one
   * @param into gets {@link #STATISTICS} values from {@code offset} on
   */
  public void statistics(List<String> references, String text, double[] into, int offset) {
    if (table.size() > MOST_TOKENS || table.characters() > MOST_CHARACTERS) {
      table.clear();
    }
    tokenize(text, prediction);
    tokenize(references.get(0), reference);
    into[offset] = prediction.length;
    into[offset + 1] = reference.length;
    for (int n = 1; n <= ORDER; n++) {
      into[offset + 1 + ORDER + n] = Math.max(0, prediction.length - n + 1);
    }
    if (references.size() == 1) {
      countMatches(into, offset + 2);
    } else {
      countMatches(references, into, offset);
    }
  }

  private void countMatches(double[] into, int at) {
    ngrams.begin(reference, prediction, table.size());
    for (int n = 1; n <= ORDER; n++) {
      if (n > 1) {
        ngrams.lengthen(reference, prediction);
      }
      into[at + n - 1] = ngrams.hits(reference, prediction);
    }
  }

  /** An n-gram matches as often as it occurs in that reference in which it occurs most often. */
  private void countMatches(List<String> references, double[] into, int offset) {
    Map<List<Integer>, Integer> most = new HashMap<>();
    int closest = -1;
    for (String text : references) {
      tokenize(text, reference);
      counts(reference).forEach((ngram, count) -> most.merge(ngram, count, Math::max));
      closest = closest < 0 ? reference.length : closer(closest, reference.length);
    }
    into[offset + 1] = closest;
    for (int n = 1; n <= ORDER; n++) {
      into[offset + 1 + n] = 0;
    }
    counts(prediction)
        .forEach(
            (ngram, count) ->
                into[offset + 1 + ngram.size()] += Math.min(count, most.getOrDefault(ngram, 0)));
  }

  private int closer(int a, int b) {
    int ofA = Math.abs(a - prediction.length);
    int ofB = Math.abs(b - prediction.length);
    return ofA == ofB ? Math.min(a, b) : ofA < ofB ? a : b;
  }

  private static Map<List<Integer>, Integer> counts(TokenIds tokens) {
    Map<List<Integer>, Integer> counts = new HashMap<>();
    List<Integer> ids = Arrays.stream(tokens.ids, 0, tokens.length).boxed().toList();
    for (int n = 1; n <= ORDER; n++) {
      for (int i = 0; i + n <= ids.size(); i++) {
        counts.merge(ids.subList(i, i + n), 1, Integer::sum);
      }
    }
    return counts;
  }

  private void tokenize(String text, TokenIds tokens) {
    tokens.clear();
    Tokenizer13a.tokens(text).forEach(word -> tokens.add(id(word)));
  }

  private int id(String word) {
    int length = word.length();
    if (token.length < length) {
      token = new char[length * 2];
    }
    word.getChars(0, length, token, 0);
    return table.intern(token, length, CharTable.hash(token, length));
  }

  /**
   * The score of summed counts.
   *
   * @param sums {@link #STATISTICS} values from {@code offset} on
   * @param effectiveOrder whether orders longer than the text are left out, as for one sentence
   * @return in [0, 100]
   */
  public static double score(double[] sums, int offset, boolean effectiveOrder) {
    double predicted = sums[offset];
    double expected = sums[offset + 1];
    double matched = 0;
    double smoothing = 1;
    double logs = 0;
    int order = ORDER;
    int n = 1;
    for (; n <= ORDER && sums[offset + 1 + ORDER + n] > 0; n++) {
      double total = sums[offset + 1 + ORDER + n];
      double correct = sums[offset + 1 + n];
      matched += correct;
      if (effectiveOrder) {
        order = n;
      }
      if (correct == 0) {
        smoothing *= 2;
      }
      logs += StrictMath.log(correct == 0 ? 100 / (smoothing * total) : 100 * correct / total);
    }
    if (matched == 0) {
      return 0;
    }
    logs += Math.max(0, order - n + 1) * LOG_OF_ZERO;
    return brevity(predicted, expected) * StrictMath.exp(logs / order);
  }

  private static double brevity(double predicted, double expected) {
    return predicted < expected ? StrictMath.exp(1 - expected / predicted) : 1;
  }
}
