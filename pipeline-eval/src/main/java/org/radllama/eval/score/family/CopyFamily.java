package org.radllama.eval.score.family;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.radllama.text.Words;

/**
 * Share of the predictions' word pairs that stand in the findings too, which is one less the share
 * of novel bigrams (See, Liu and Manning 2017); {@link Words} of any script. Undefined where no
 * findings are known. It is a fact about a system, not a merit.
 */
public record CopyFamily() implements ScoreFamily {
  /** The name of its one score. */
  public static final String NAME = "copy_rate";

  @Override
  public List<String> names() {
    return List.of(NAME);
  }

  @Override
  public int width() {
    return 2;
  }

  @Override
  public String signature() {
    return "tok:unicode-words|bigrams:of-prediction|ratio:of-sums";
  }

  @Override
  public Counter counter() {
    return (pair, into, offset) -> count(pair.findings(), pair.prediction(), into, offset);
  }

  /** Writes how many of a text's bigrams are copied, and how many there are. */
  public static void count(String findings, String text, double[] into, int offset) {
    into[offset] = 0;
    into[offset + 1] = 0;
    if (findings.isEmpty()) {
      return;
    }
    Set<String> source = new HashSet<>(bigrams(findings));
    List<String> own = bigrams(text);
    into[offset] = own.stream().filter(source::contains).count();
    into[offset + 1] = own.size();
  }

  private static List<String> bigrams(String text) {
    String[] words = Words.of(text).split(" ");
    String[] bigrams = new String[words.length - 1];
    for (int i = 0; i < bigrams.length; i++) {
      bigrams[i] = words[i] + " " + words[i + 1];
    }
    return List.of(bigrams);
  }

  @Override
  public double score(int index, double[] sums, int offset, double reports) {
    return ScoreFamily.ratio(sums[offset], sums[offset + 1]);
  }
}
