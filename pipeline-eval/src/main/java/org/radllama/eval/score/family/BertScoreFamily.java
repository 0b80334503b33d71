package org.radllama.eval.score.family;

import static org.radllama.text.Format.format;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.radllama.eval.encoder.Baseline;
import org.radllama.eval.encoder.BertScores;
import org.radllama.eval.encoder.EncoderModel;
import org.radllama.eval.encoder.Idf;

/**
 * Means of BERTScore's precision, recall and F; with idf weights of all scored references where
 * they are asked for, and F rescaled by a baseline where one is given.
 */
public final class BertScoreFamily implements EncoderFamily {
  /** Its {@link #name}. */
  public static final String NAME = "bertscore";

  private final EncoderDirectory directory;
  private final boolean weighted;
  private final String baselineFile;
  private final Idf idf;
  private final Baseline baseline;

  /**
   * Not yet opened.
   *
   * @param dir the model's directory
   * @param layer the layer whose numbers are compared, from 1
   * @param weighted whether also with idf
   * @param baselineFile a baseline in bert_score's form
   */
  public BertScoreFamily(String dir, int layer, boolean weighted, Optional<String> baselineFile) {
    this(new EncoderDirectory(dir, layer), weighted, baselineFile.orElse(null), Idf.none(), null);
  }

  private BertScoreFamily(
      EncoderDirectory directory,
      boolean weighted,
      String baselineFile,
      Idf idf,
      Baseline baseline) {
    this.directory = directory;
    this.weighted = weighted;
    this.baselineFile = baselineFile;
    this.idf = idf;
    this.baseline = baseline;
  }

  @Override
  public EncoderFamily opened(Configuration hadoop, JavaRDD<String> references) throws IOException {
    EncoderDirectory open = directory.opened(hadoop);
    Baseline read =
        baselineFile == null ? null : Baseline.read(hadoop, baselineFile, directory.layers());
    return new BertScoreFamily(
        open, weighted, baselineFile, weighted ? counted(open, references) : Idf.none(), read);
  }

  private static Idf counted(EncoderDirectory open, JavaRDD<String> references) {
    return references
        .mapPartitions(
            texts -> {
              Idf part = Idf.empty();
              EncoderModel model = open.model(List.of());
              texts.forEachRemaining(text -> part.count(model, text));
              return List.of(part).iterator();
            })
        .collect()
        .stream()
        .reduce(Idf.empty(), Idf::add);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<String> names() {
    List<String> names = new ArrayList<>();
    for (String kind : weighted ? List.of("", "idf_") : List.of("")) {
      Stream.of("precision", "recall", "f1").forEach(part -> names.add(NAME + "_" + kind + part));
      if (baselineFile != null) {
        names.add(NAME + "_" + kind + "rescaled_f1");
      }
    }
    return names;
  }

  @Override
  public int width() {
    return names().size();
  }

  @Override
  public boolean countsOnly() {
    return false;
  }

  @Override
  public boolean means() {
    return true;
  }

  @Override
  public String signature() {
    return format("%s|layer:%d|as:bert_score-0.3.13", directory.label(), directory.layers())
        + (weighted ? "|idf:scored-references" : "")
        + (baseline == null ? "" : "|baseline:" + baseline.sha256().substring(0, 12));
  }

  @Override
  public Counter counter() {
    BertScores scores = new BertScores(directory.model(List.of()), idf);
    return new Counter() {
      @Override
      public void prepare(Collection<Pair> pairs) {
        scores.prepare(
            pairs.stream()
                .flatMap(p -> Stream.concat(Stream.of(p.prediction()), p.references().stream()))
                .toList());
      }

      @Override
      public void count(Pair pair, double[] into, int offset) {
        int at = offset;
        for (BertScores.Score score : scores.score(pair.references(), pair.prediction())) {
          into[at++] = score.precision();
          into[at++] = score.recall();
          into[at++] = score.f1();
          if (baseline != null) {
            into[at++] = baseline.rescaled(score.f1());
          }
        }
      }
    };
  }
}
