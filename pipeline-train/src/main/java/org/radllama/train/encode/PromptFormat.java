package org.radllama.train.encode;

/**
 * How an instruction and its input become what a model reads, and how its answer ends. What a model
 * is asked is always what it was given when it learned. Safe for several threads.
 */
public interface PromptFormat {
  /** The name, recorded beside an adapter. */
  String name();

  /** Digest of the template where it is not this project's own; else empty. */
  default String sha256() {
    return "";
  }

  /** What stands before the answer, from the begin token on where there is one. */
  int[] prompt(String instruction, String input);

  /**
   * The answer with the token that ends it.
   *
   * @param prompt what {@link #prompt} gives for the same texts
   */
  int[] answer(String instruction, String input, int[] prompt, String output);

  /** Id of the token that ends an answer. */
  int end();
}
