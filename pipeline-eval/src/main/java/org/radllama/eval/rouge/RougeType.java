package org.radllama.eval.rouge;

import java.io.Serializable;

/** A variant of ROUGE. */
public sealed interface RougeType extends Serializable {

  /** The name that rouge_score gives it, such as {@code rouge2} or {@code rougeLsum}. */
  String label();

  /** Overlap of n-grams, n in 1 to 9. */
  record Ngram(int n) implements RougeType {
    public Ngram {
      if (n < 1 || n > 9) {
        throw new IllegalArgumentException("n of an n-gram must be 1 to 9, not " + n);
      }
    }

    @Override
    public String label() {
      return "rouge" + n;
    }
  }

  /** Longest common subsequence of the whole texts. */
  record Longest() implements RougeType {
    @Override
    public String label() {
      return "rougeL";
    }
  }

  /** Union of the longest common subsequences of lines. */
  record LongestOfLines() implements RougeType {
    @Override
    public String label() {
      return "rougeLsum";
    }
  }

  /**
   * Reads a name exactly as rouge_score takes it: case counts.
   *
   * @throws IllegalArgumentException for any other name
   */
  static RougeType of(String name) {
    if (name.equals("rougeL")) {
      return new Longest();
    }
    if (name.equals("rougeLsum")) {
      return new LongestOfLines();
    }
    if (name.matches("rouge[1-9]")) {
      return new Ngram(name.charAt(5) - '0');
    }
    throw new IllegalArgumentException(
        "not a variant of ROUGE: " + name + " (rouge1 to rouge9, rougeL, rougeLsum)");
  }
}
