package org.radllama.eval.score.family;

import java.util.List;
import org.radllama.eval.bleu.Chrf;

/** chrF2 of the corpus. */
public record ChrfFamily() implements ScoreFamily {
  @Override
  public List<String> names() {
    return List.of("chrf");
  }

  @Override
  public int width() {
    return Chrf.STATISTICS;
  }

  @Override
  public boolean countsReferences() {
    return true;
  }

  @Override
  public String signature() {
    return Chrf.SIGNATURE + "|beta:2|as:sacrebleu-2.6.0";
  }

  @Override
  public Counter counter() {
    Chrf chrf = new Chrf();
    return (pair, into, offset) ->
        chrf.statistics(pair.references(), pair.prediction(), into, offset);
  }

  @Override
  public double score(int index, double[] sums, int offset, double reports) {
    return Chrf.score(sums, offset);
  }
}
