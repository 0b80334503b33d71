package org.radllama.eval.score;

import java.util.List;

/** Share of predictions that equal a reference, white space apart: case and marks count. */
public record ExactMatchFamily() implements ScoreFamily {
  @Override
  public List<String> names() {
    return List.of("exact_match");
  }

  @Override
  public int width() {
    return 1;
  }

  @Override
  public boolean means() {
    return true;
  }

  @Override
  public String signature() {
    return "case:mixed|space:collapsed";
  }

  @Override
  public Counter counter() {
    return (pair, into, offset) -> into[offset] = matches(pair) ? 1 : 0;
  }

  private static boolean matches(Pair pair) {
    String prediction = collapsed(pair.prediction());
    return pair.references().stream().anyMatch(r -> collapsed(r).equals(prediction));
  }

  private static String collapsed(String text) {
    StringBuilder collapsed = new StringBuilder(text.length());
    boolean blank = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isWhitespace(c)) {
        blank = true;
      } else {
        if (blank && collapsed.length() > 0) {
          collapsed.append(' ');
        }
        collapsed.append(c);
        blank = false;
      }
    }
    return collapsed.toString();
  }

  @Override
  public double score(int index, double[] sums, int offset, double reports) {
    return sums[offset] / reports;
  }
}
