package org.radllama.eval.score.statistics;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.radllama.random.CounterRandom;

/**
 * How the reports of a system in a corpus spread: counts by score, length and copy rate, and a few
 * examples where words may be shown. Counts of parts add up.
 */
public final class Spread implements Serializable {
  /** Scores and rates are counted by hundredths. */
  public static final int STEPS = 100;

  /** Longer impressions are counted as so long. */
  public static final int LONGEST = 1000;

  private static final long SEED = 20260101;

  private static final Comparator<Example> WORST =
      Comparator.comparingDouble(Example::score).thenComparing(Example::id);

  private static final Comparator<Example> RANDOM =
      Comparator.comparingLong((Example e) -> CounterRandom.bits(SEED, e.id().hashCode()))
          .thenComparing(Example::id);

  private final int examples;
  private final long[] scores = new long[STEPS + 1];
  private final long[] words = new long[LONGEST + 1];
  private final long[] referenceWords = new long[LONGEST + 1];
  private final long[] copied = new long[STEPS + 1];
  private final long[] referenceCopied = new long[STEPS + 1];
  private long emptied;
  private List<Example> best = new ArrayList<>();
  private List<Example> worst = new ArrayList<>();
  private List<Example> random = new ArrayList<>();

  /**
   * Nothing yet.
   *
   * @param examples how many of each kind are kept
   */
  Spread(int examples) {
    this.examples = examples;
  }

  /** Counts a score of [0, 1] and lengths in words. */
  public void count(double score, int predicted, int expected) {
    scores[(int) Math.floor(score * STEPS + 1e-9)]++;
    words[Math.min(predicted, LONGEST)]++;
    referenceWords[Math.min(expected, LONGEST)]++;
  }

  /** Counts shares of bigrams that are copied; NaN where there are no bigrams. */
  public void countCopied(double prediction, double reference) {
    if (!Double.isNaN(prediction)) {
      copied[(int) Math.floor(prediction * STEPS + 1e-9)]++;
    }
    if (!Double.isNaN(reference)) {
      referenceCopied[(int) Math.floor(reference * STEPS + 1e-9)]++;
    }
  }

  /** Counts a report of whose reference or prediction ROUGE's tokeniser leaves nothing. */
  public void countEmptied() {
    emptied++;
  }

  /** Keeps an example if it is among the best, the worst or the first in a random order. */
  public void offer(Example example) {
    offer(best, example, WORST.reversed());
    offer(worst, example, WORST);
    offer(random, example, RANDOM);
  }

  private void offer(List<Example> kept, Example example, Comparator<Example> order) {
    if (kept.size() == examples
        && (examples == 0 || order.compare(example, kept.get(examples - 1)) >= 0)) {
      return;
    }
    int at = kept.size();
    while (at > 0 && order.compare(example, kept.get(at - 1)) < 0) {
      at--;
    }
    kept.add(at, example);
    if (kept.size() > examples) {
      kept.remove(examples);
    }
  }

  void add(Spread other) {
    add(scores, other.scores);
    add(words, other.words);
    add(referenceWords, other.referenceWords);
    add(copied, other.copied);
    add(referenceCopied, other.referenceCopied);
    emptied += other.emptied;
    other.best.forEach(e -> offer(best, e, WORST.reversed()));
    other.worst.forEach(e -> offer(worst, e, WORST));
    other.random.forEach(e -> offer(random, e, RANDOM));
  }

  private static void add(long[] into, long[] other) {
    for (int i = 0; i < into.length; i++) {
      into[i] += other[i];
    }
  }

  /** Reports by hundredths of their score. */
  public long[] scores() {
    return scores;
  }

  /** Reports by words of the prediction. */
  public long[] words() {
    return words;
  }

  /** Reports by words of the reference. */
  public long[] referenceWords() {
    return referenceWords;
  }

  /** Reports by hundredths of the share of bigrams that is copied from the findings. */
  public long[] copied() {
    return copied;
  }

  /** The same of the references. */
  public long[] referenceCopied() {
    return referenceCopied;
  }

  /** Reports of whose reference or prediction ROUGE's tokeniser leaves nothing. */
  public long emptied() {
    return emptied;
  }

  /** The best first. */
  public List<Example> best() {
    return List.copyOf(best);
  }

  /** The worst first. */
  public List<Example> worst() {
    return List.copyOf(worst);
  }

  /** In a random order that depends on ids alone. */
  public List<Example> random() {
    return List.copyOf(random);
  }
}
