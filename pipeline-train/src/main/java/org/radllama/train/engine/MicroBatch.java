package org.radllama.train.engine;

import java.io.Serializable;
import java.util.List;

/**
 * Examples whose gradient is computed in one pass. An engine lays them end to end without padding:
 * attention stays within an example and positions restart with each.
 */
public record MicroBatch(List<EncodedExample> examples) implements Serializable {
  public MicroBatch {
    examples = List.copyOf(examples);
  }

  /** Tokens in all examples. */
  public int tokens() {
    return examples.stream().mapToInt(e -> e.tokens().length).sum();
  }

  /** Tokens that count in the loss. */
  public int targetTokens() {
    return examples.stream().mapToInt(EncodedExample::targetTokens).sum();
  }
}
