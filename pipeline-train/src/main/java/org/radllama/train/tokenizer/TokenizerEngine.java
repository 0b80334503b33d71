package org.radllama.train.tokenizer;

import java.util.Optional;

/** A vocabulary at work. Both methods may be called from several threads at once. */
interface TokenizerEngine extends AutoCloseable {
  /** Ids of a text that stands at the beginning, without begin and end tokens. */
  int[] encode(String text);

  /**
   * Ids of a text in which the spelling of a special token is that token, as in what a chat
   * template makes; empty where the vocabulary has no such reading.
   */
  default Optional<int[]> encodeMarked(String text) {
    return Optional.empty();
  }

  /** The text of ids; begin and end tokens and ids outside the vocabulary are skipped. */
  String decode(int[] ids);

  @Override
  default void close() {}
}
