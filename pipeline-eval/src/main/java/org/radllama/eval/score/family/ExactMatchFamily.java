package org.radllama.eval.score.family;

import java.util.List;
import org.radllama.text.Whitespace;

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
    String prediction = Whitespace.fold(pair.prediction());
    return pair.references().stream().anyMatch(r -> Whitespace.fold(r).equals(prediction));
  }
}
