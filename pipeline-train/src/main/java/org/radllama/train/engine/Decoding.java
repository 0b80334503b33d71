package org.radllama.train.engine;

import java.io.Serializable;

/**
 * How to continue a prompt: greedily, until the end token or the limit.
 *
 * @param maxNewTokens at least 1
 * @param endToken id of EOS
 */
public record Decoding(int maxNewTokens, int endToken) implements Serializable {
  public Decoding {
    if (maxNewTokens < 1) {
      throw new IllegalArgumentException("maxNewTokens must be at least 1, not " + maxNewTokens);
    }
  }
}
