package org.radllama.train.tokenizer;

/** A vocabulary at work. Both methods may be called from several threads at once. */
interface TokenizerEngine extends AutoCloseable {
  /** Ids of a text that stands at the beginning, without begin and end tokens. */
  int[] encode(String text);

  /** The text of ids; begin and end tokens and ids outside the vocabulary are skipped. */
  String decode(int[] ids);

  @Override
  default void close() {}
}
