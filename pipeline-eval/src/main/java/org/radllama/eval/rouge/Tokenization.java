package org.radllama.eval.rouge;

/** How ROUGE's tokens are made. Scores of different ones have different names. */
public enum Tokenization {
  /** As rouge_score 0.1.2: runs of {@code [a-z0-9]}, all else separates. */
  ROUGE_SCORE("rouge_score-0.1.2", ""),
  /** {@link org.radllama.text.Words} of any script; the same tokens where a text is ASCII. */
  UNICODE("unicode-words", "_unicode");

  private final String signature;
  private final String infix;

  Tokenization(String signature, String infix) {
    this.signature = signature;
    this.infix = infix;
  }

  /** What a signature says behind {@code tok:}. */
  public String signature() {
    return signature;
  }

  /** What stands behind the variant in a score's name, as in {@code rougeL_unicode_fmeasure}. */
  public String infix() {
    return infix;
  }
}
