package org.radllama.eval.score;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.LongAccumulator;
import org.radllama.eval.predict.Prediction;
import org.radllama.eval.predict.WatchedJob;
import org.radllama.ingest.run.Progress;

/** Scores predictions on the executors. */
public final class ScoreStage {
  private static final int PREDICTIONS_A_TASK = 4096;
  private static final Comparator<Prediction> ORDER =
      Comparator.comparing(Prediction::system)
          .thenComparing(Prediction::dataset)
          .thenComparing(Prediction::id);

  private final JavaSparkContext spark;
  private final Metrics metrics;

  /** Scores with these metrics. */
  public ScoreStage(JavaSparkContext spark, Metrics metrics) {
    this.spark = spark;
    this.metrics = metrics;
  }

  /** Scores predictions given in any order. */
  public Scores score(List<Prediction> predictions) {
    int bySize = (predictions.size() + PREDICTIONS_A_TASK - 1) / PREDICTIONS_A_TASK;
    return score(predictions, Math.max(bySize, Math.min(spark.defaultParallelism(), 64)));
  }

  /** Scores in so many tasks; which changes no value. */
  public Scores score(List<Prediction> predictions, int partitions) {
    List<Prediction> sorted = new ArrayList<>(predictions);
    sorted.sort(ORDER);
    LongAccumulator done = spark.sc().longAccumulator("scored");
    Metrics what = metrics;
    try (Progress progress = Progress.start("score", sorted.size(), "predictions")) {
      List<double[]> values =
          WatchedJob.collect(
              spark.parallelize(sorted, partitions).mapPartitions(it -> score(it, what, done)),
              done::sum,
              progress);
      return new Scores(metrics.names(), sorted, values);
    }
  }

  private static Iterator<double[]> score(
      Iterator<Prediction> predictions, Metrics metrics, LongAccumulator done) {
    Metrics.PairScorer scorer = metrics.scorer();
    List<double[]> values = new ArrayList<>();
    predictions.forEachRemaining(p -> values.add(scorer.score(p.reference(), p.prediction())));
    done.add(values.size());
    return values.iterator();
  }
}
