package org.radllama.eval.score.family;

import java.util.Comparator;
import java.util.List;
import org.radllama.text.Words;

/**
 * Words of the predictions by words of the references, tokens as ROUGE counts them: one ratio of
 * sums, not a mean of ratios. With several references the one of the closest length counts, the
 * shorter on a tie.
 */
public record LengthFamily() implements ScoreFamily {
  @Override
  public List<String> names() {
    return List.of("length_ratio");
  }

  @Override
  public int width() {
    return 2;
  }

  @Override
  public String signature() {
    return "tok:unicode-words|ratio:of-sums";
  }

  @Override
  public Counter counter() {
    return LengthFamily::count;
  }

  private static void count(Pair pair, double[] into, int offset) {
    int predicted = Words.number(pair.prediction());
    int closest =
        pair.references().stream()
            .map(Words::number)
            .min(
                Comparator.comparingInt((Integer words) -> Math.abs(words - predicted))
                    .thenComparing(Comparator.naturalOrder()))
            .orElseThrow();
    into[offset] = predicted;
    into[offset + 1] = closest;
  }

  @Override
  public double score(int index, double[] sums, int offset, double reports) {
    return ScoreFamily.ratio(sums[offset], sums[offset + 1]);
  }
}
