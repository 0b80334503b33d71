package org.radllama.eval.score.family;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.radllama.eval.rouge.RougeScorer;

/**
 * Share of the predictions' word pairs that stand in the findings too, which is one less the share
 * of novel bigrams (See, Liu and Manning 2017); tokens as ROUGE counts them. Undefined where no
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
    return "tok:rouge_score-0.1.2|bigrams:of-prediction|ratio:of-sums";
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
    List<String> tokens = RougeScorer.tokens(text, false);
    String[] bigrams = new String[Math.max(0, tokens.size() - 1)];
    for (int i = 0; i < bigrams.length; i++) {
      bigrams[i] = tokens.get(i) + " " + tokens.get(i + 1);
    }
    return List.of(bigrams);
  }

  @Override
  public double score(int index, double[] sums, int offset, double reports) {
    return ScoreFamily.ratio(sums[offset], sums[offset + 1]);
  }
}
