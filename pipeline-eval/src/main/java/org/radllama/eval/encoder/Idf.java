package org.radllama.eval.encoder;

import java.io.Serializable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * How rare tokens are among references: {@code ln((n + 1) / (c + 1))} where c of n references hold
 * a token, as bert_score weighs them. Counts of parts add up.
 */
public final class Idf implements Serializable {
  private final boolean used;
  private final Map<Integer, Long> holding = new HashMap<>();
  private long references;

  private Idf(boolean used) {
    this.used = used;
  }

  /** No weights are asked for. */
  public static Idf none() {
    return new Idf(false);
  }

  /** No references yet. */
  public static Idf empty() {
    return new Idf(true);
  }

  /** Counts a reference. */
  public void count(EncoderModel model, String reference) {
    references++;
    Arrays.stream(model.tokens(reference))
        .distinct()
        .forEach(id -> holding.merge(id, 1L, Long::sum));
  }

  /** Adds what another part has counted. */
  public Idf add(Idf other) {
    references += other.references;
    other.holding.forEach((id, n) -> holding.merge(id, n, Long::sum));
    return this;
  }

  boolean isUsed() {
    return used;
  }

  double weight(int id) {
    return Math.log((references + 1.0) / (holding.getOrDefault(id, 0L) + 1.0));
  }
}
