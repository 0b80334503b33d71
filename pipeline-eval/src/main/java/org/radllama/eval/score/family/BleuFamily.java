package org.radllama.eval.score.family;

import java.util.List;
import org.radllama.eval.bleu.Bleu;

/** BLEU-4 of the corpus; of one report with effective order, as sacreBLEU scores sentences. */
public record BleuFamily() implements ScoreFamily {
  @Override
  public List<String> names() {
    return List.of("bleu4");
  }

  @Override
  public int width() {
    return Bleu.STATISTICS;
  }

  @Override
  public boolean countsReferences() {
    return true;
  }

  @Override
  public String signature() {
    return Bleu.SIGNATURE + "|as:sacrebleu-2.6.0";
  }

  @Override
  public Counter counter() {
    Bleu bleu = new Bleu();
    return (pair, into, offset) ->
        bleu.statistics(pair.references(), pair.prediction(), into, offset);
  }

  @Override
  public double score(int index, double[] sums, int offset, double reports) {
    return Bleu.score(sums, offset, false);
  }

  @Override
  public double ofReport(int index, double[] statistics, int offset) {
    return Bleu.score(statistics, offset, true);
  }
}
