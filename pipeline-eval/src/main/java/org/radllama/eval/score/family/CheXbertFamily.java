package org.radllama.eval.score.family;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.radllama.eval.encoder.CheXbertLabels;

/**
 * F1 of CheXbert's labels of predictions against those of references, of all 14 observations and of
 * the five that are often quoted (cardiomegaly, edema, consolidation, atelectasis, pleural
 * effusion). Positive and uncertain count as stated, as in f1chexbert. Macro averages are over all
 * observations, with 0 for one that nobody states, as scikit-learn has it. With several references
 * the first counts.
 */
public final class CheXbertFamily implements EncoderFamily {
  /** Its {@link #name}. */
  public static final String NAME = "chexbert";

  private static final int OBSERVATIONS = CheXbertLabels.CLASSES.size();

  /** Places of the five in CheXbert's order. */
  private static final List<Integer> FIVE = List.of(1, 4, 5, 7, 9);

  private static final List<Integer> ALL =
      Stream.iterate(0, i -> i + 1).limit(OBSERVATIONS).toList();

  private final EncoderDirectory directory;

  /** By a model that is not opened yet. */
  public CheXbertFamily(String dir) {
    this(new EncoderDirectory(dir, 0));
  }

  private CheXbertFamily(EncoderDirectory directory) {
    this.directory = directory;
  }

  @Override
  public EncoderFamily opened(Configuration hadoop, JavaRDD<String> references) throws IOException {
    return new CheXbertFamily(directory.opened(hadoop));
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<String> names() {
    return List.of(
        "chexbert_micro_f1_14",
        "chexbert_macro_f1_14",
        "chexbert_micro_f1_5",
        "chexbert_macro_f1_5");
  }

  /** For each observation: stated by both, by the prediction alone, by the reference alone. */
  @Override
  public int width() {
    return 3 * OBSERVATIONS;
  }

  @Override
  public String signature() {
    return directory.label() + "|positive:positive+uncertain|macro:all";
  }

  @Override
  public Counter counter() {
    CheXbertLabels labels = new CheXbertLabels(directory.model(CheXbertLabels.CLASSES));
    return new Counter() {
      @Override
      public void prepare(Collection<Pair> pairs) {
        labels.prepare(
            pairs.stream().flatMap(p -> Stream.of(p.prediction(), p.references().get(0))).toList());
      }

      @Override
      public void count(Pair pair, double[] into, int offset) {
        int[] predicted = labels.of(pair.prediction());
        int[] expected = labels.of(pair.references().get(0));
        for (int i = 0; i < OBSERVATIONS; i++) {
          boolean p = isStated(predicted[i]);
          boolean r = isStated(expected[i]);
          into[offset + 3 * i] = p && r ? 1 : 0;
          into[offset + 3 * i + 1] = p && !r ? 1 : 0;
          into[offset + 3 * i + 2] = r && !p ? 1 : 0;
        }
      }
    };
  }

  private static boolean isStated(int label) {
    return label == 1 || label == 3;
  }

  @Override
  public double score(int index, double[] sums, int offset, double reports) {
    List<Integer> places = index < 2 ? ALL : FIVE;
    double[] all = new double[3];
    double macro = 0;
    for (int place : places) {
      for (int k = 0; k < 3; k++) {
        all[k] += sums[offset + 3 * place + k];
      }
      double f1 = FindingsFamily.f1(sums, offset + 3 * place);
      macro += Double.isNaN(f1) ? 0 : f1;
    }
    return index % 2 == 1 ? macro / places.size() : FindingsFamily.f1(all, 0);
  }

  /** A report has no macro average, and scores 1 where neither text states anything. */
  @Override
  public double ofReport(int index, double[] statistics, int offset) {
    double score = index % 2 == 1 ? Double.NaN : score(index, statistics, offset, 1);
    return index % 2 == 0 && Double.isNaN(score) ? 1 : score;
  }
}
