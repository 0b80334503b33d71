package org.radllama.eval.rouge;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.radllama.eval.ngram.NgramOverlap;
import org.radllama.eval.ngram.TokenIds;
import org.radllama.text.Words;

/**
 * Scores predictions against targets. One scorer serves one thread: it keeps its working memory and
 * the stems it has seen from pair to pair, within bounds.
 */
public final class RougeScorer {
  private final List<RougeType> types;
  private final int highestOrder;
  private final RougeTokenizer tokenizer;
  private final TokenIds target = new TokenIds();
  private final TokenIds prediction = new TokenIds();
  private final NgramOverlap ngrams = new NgramOverlap();
  private final CommonSubsequence subsequence = new CommonSubsequence();
  private final int[] hitsOfOrder = new int[10];
  private boolean[] marked = new boolean[256];
  private int[] left = new int[512];

  /**
   * A scorer.
   *
   * @param types the variants, in the order of the results
   * @param stemming whether tokens of more than three characters are stemmed
   */
  public RougeScorer(List<RougeType> types, boolean stemming) {
    this(types, stemming, Tokenization.ROUGE_SCORE);
  }

  /**
   * A scorer of other tokens.
   *
   * @param stemming whether tokens of more than three characters are stemmed
   */
  public RougeScorer(List<RougeType> types, boolean stemming, Tokenization tokens) {
    this.types = List.copyOf(types);
    this.tokenizer = new RougeTokenizer(stemming, tokens);
    this.highestOrder =
        this.types.stream()
            .mapToInt(t -> t instanceof RougeType.Ngram ngram ? ngram.n() : 0)
            .max()
            .orElse(0);
  }

  /** The tokens of a text as they are counted. */
  public static List<String> tokens(String text, boolean stemming) {
    return RougeTokenizer.tokens(text, stemming);
  }

  /** Whether rouge_score's tokeniser leaves nothing of a text that has words. */
  public static boolean empties(String text) {
    return !RougeTokenizer.hasTokens(text) && Words.number(text) > 0;
  }

  /** One score for each variant. Neither text may be null; either may be empty. */
  public List<RougeScore> score(String target, String prediction) {
    double[] values = new double[types.size() * 3];
    score(target, prediction, values, 0);
    RougeScore[] scores = new RougeScore[types.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = new RougeScore(values[3 * i], values[3 * i + 1], values[3 * i + 2]);
    }
    return Arrays.asList(scores);
  }

  /**
   * One score for each variant, that of the target with the highest F, the first of them on a tie:
   * not the best precision or recall.
   *
   * @param targets at least one
   * @param into gets precision, recall and F for each variant, from {@code offset} on
   */
  public void score(List<String> targets, String prediction, double[] into, int offset) {
    score(targets.get(0), prediction, into, offset);
    if (targets.size() == 1) {
      return;
    }
    double[] other = new double[types.size() * 3];
    for (String further : targets.subList(1, targets.size())) {
      score(further, prediction, other, 0);
      for (int at = 0; at < other.length; at += 3) {
        if (other[at + 2] > into[offset + at + 2]) {
          System.arraycopy(other, at, into, offset + at, 3);
        }
      }
    }
  }

  /**
   * As {@link #score(String, String)} without allocation.
   *
   * @param into gets precision, recall and F for each variant, from {@code offset} on
   */
  public void score(String target, String prediction, double[] into, int offset) {
    Objects.requireNonNull(target, "target");
    Objects.requireNonNull(prediction, "prediction");
    tokenizer.forget();
    tokenizer.tokenize(target, this.target);
    tokenizer.tokenize(prediction, this.prediction);
    countNgrams();
    int at = offset;
    for (RougeType type : types) {
      write(type, into, at);
      at += 3;
    }
  }

  private void countNgrams() {
    if (highestOrder == 0) {
      return;
    }
    ngrams.begin(target, prediction, tokenizer.size());
    hitsOfOrder[1] = ngrams.hits(target, prediction);
    for (int order = 2; order <= highestOrder; order++) {
      ngrams.lengthen(target, prediction);
      hitsOfOrder[order] = ngrams.hits(target, prediction);
    }
  }

  private void write(RougeType type, double[] into, int at) {
    if (type instanceof RougeType.Ngram ngram) {
      int less = ngram.n() - 1;
      write(hitsOfOrder[ngram.n()], prediction.length - less, target.length - less, into, at);
    } else if (target.length == 0 || prediction.length == 0) {
      write(0, 0, 0, into, at);
    } else if (type instanceof RougeType.Longest) {
      int common = subsequence.length(target, prediction, tokenizer.size());
      write(common, prediction.length, target.length, into, at);
    } else {
      write(hitsOfLines(), prediction.length, target.length, into, at);
    }
  }

  private static void write(int hits, int predicted, int expected, double[] into, int at) {
    double precision = hits / (double) Math.max(predicted, 1);
    double recall = hits / (double) Math.max(expected, 1);
    into[at] = precision;
    into[at + 1] = recall;
    into[at + 2] = RougeScore.fmeasure(precision, recall);
  }

  /** Tokens in the union of the lines' subsequences, each at most as often as it is predicted. */
  private int hitsOfLines() {
    if (marked.length < target.length) {
      marked = new boolean[target.length * 2];
    }
    Arrays.fill(marked, 0, target.length, false);
    for (int i = 0; i < target.lines; i++) {
      for (int j = 0; j < prediction.lines; j++) {
        subsequence.mark(target, i, prediction, j, tokenizer.size(), marked);
      }
    }
    if (left.length < tokenizer.size()) {
      left = new int[tokenizer.size() * 2];
    }
    for (int j = 0; j < prediction.length; j++) {
      left[prediction.ids[j]]++;
    }
    int hits = 0;
    for (int i = 0; i < target.length; i++) {
      if (marked[i] && left[target.ids[i]] > 0) {
        left[target.ids[i]]--;
        hits++;
      }
    }
    for (int j = 0; j < prediction.length; j++) {
      left[prediction.ids[j]] = 0;
    }
    return hits;
  }
}
