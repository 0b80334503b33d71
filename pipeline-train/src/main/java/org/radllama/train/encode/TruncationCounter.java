package org.radllama.train.encode;

import java.util.ArrayList;
import java.util.List;

/** Collects a {@link Truncation} from several threads. */
final class TruncationCounter {
  private final List<Truncation.Cut> cuts = new ArrayList<>();
  private long examples;

  synchronized void add(String id, int inputTokens, int outputTokens) {
    examples++;
    if (inputTokens > 0 || outputTokens > 0) {
      cuts.add(new Truncation.Cut(id, inputTokens, outputTokens));
    }
  }

  synchronized Truncation truncation() {
    return new Truncation(examples, cuts);
  }
}
