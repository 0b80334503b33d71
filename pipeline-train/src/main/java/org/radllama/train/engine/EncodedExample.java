package org.radllama.train.engine;

import static org.radllama.text.Format.format;

import java.io.Serializable;

/**
 * One example as token ids.
 *
 * @param index the example's place in its split, which keys its dropout; at least 0
 * @param tokens BOS, prompt, output, EOS
 * @param targetsFrom the first position whose token counts in the loss; at least 1, since a token
 *     is predicted from those before it
 */
public record EncodedExample(long index, int[] tokens, int targetsFrom) implements Serializable {
  public EncodedExample {
    if (targetsFrom < 1 || targetsFrom > tokens.length) {
      throw new IllegalArgumentException(
          format(
              "targets of an example of %d tokens cannot begin at %d", tokens.length, targetsFrom));
    }
  }

  /** How many tokens count in the loss. */
  public int targetTokens() {
    return tokens.length - targetsFrom;
  }

  @Override
  public String toString() {
    return format(
        "EncodedExample[index=%d, tokens=%d, targetsFrom=%d]", index, tokens.length, targetsFrom);
  }
}
