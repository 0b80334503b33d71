package org.radllama.train.decode;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/** The n best ended texts of a beam search. */
final class EndedTexts {
  private final int capacity;
  private final double lengthPenalty;
  private final List<Text> texts = new ArrayList<>();

  private record Text(int[] tokens, double score) {}

  EndedTexts(int capacity, double lengthPenalty) {
    this.capacity = capacity;
    this.lengthPenalty = lengthPenalty;
  }

  /** Keeps a text if it is better than the worst kept, which it displaces, or if there is room. */
  void add(int[] tokens, double logProbability, int length) {
    double score = score(logProbability, length);
    if (full() && !(score > worst())) {
      return;
    }
    if (full()) {
      texts.remove(Collections.min(texts, Comparator.comparingDouble(Text::score)));
    }
    texts.add(new Text(tokens, score));
  }

  /** Log-probability by length. */
  double score(double logProbability, int length) {
    return logProbability / Math.pow(length, lengthPenalty);
  }

  boolean full() {
    return texts.size() == capacity;
  }

  double worst() {
    return texts.stream().mapToDouble(Text::score).min().orElseThrow();
  }

  /** The best text, the one that ended last on a tie; no tokens if none ended. */
  int[] best() {
    Text best = new Text(new int[0], Double.NEGATIVE_INFINITY);
    for (Text text : texts) {
      best = text.score >= best.score ? text : best;
    }
    return best.tokens;
  }
}
