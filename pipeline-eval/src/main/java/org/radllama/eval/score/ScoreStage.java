package org.radllama.eval.score;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;
import org.radllama.eval.join.Corpus;
import org.radllama.eval.join.ReportJoin;
import org.radllama.eval.score.family.Metrics;
import org.radllama.eval.score.statistics.Cell;
import org.radllama.eval.score.statistics.SufficientStatistics;
import org.radllama.run.PartFiles;
import org.radllama.run.PartFiles.Part;
import org.radllama.run.Progress;
import org.radllama.run.WatchedJob;

/**
 * Scores a join on the executors. They write {@code scores.parquet}, and pieces of {@code
 * predictions.jsonl} and {@code unmatched.jsonl} that are merged here; only tallies come back.
 */
public final class ScoreStage {
  static final String PREDICTIONS = "predictions";
  static final String UNMATCHED = "unmatched";

  private final JavaSparkContext spark;
  private final Metrics metrics;
  private final int examples;
  private final FindingEvidence evidence;

  /**
   * A stage.
   *
   * @param metrics the scores
   * @param examples how many examples of each kind are kept; 0 where no words may be shown
   * @param evidence what predictions are written with
   */
  public ScoreStage(
      JavaSparkContext spark, Metrics metrics, int examples, FindingEvidence evidence) {
    this.spark = spark;
    this.metrics = metrics;
    this.examples = examples;
    this.evidence = evidence;
  }

  /** Scores everything and writes into {@code directory}. */
  public SufficientStatistics score(ReportJoin join, FileSystem fs, Path directory)
      throws IOException {
    Set<Corpus> single = new HashSet<>();
    join.counts()
        .scoredByCorpus()
        .forEach(
            (corpus, n) -> {
              if (n <= Cell.MOST_SINGLE_REPORTS) {
                single.add(corpus);
              }
            });
    ScoreTask.Plan plan =
        new ScoreTask.Plan(
            join.systems(), metrics, single, examples, evidence, directory.toString());
    List<ScoreTask.Scored> scored = scored(join, plan);
    gather(
        new PartFiles(directory, fs.getConf()),
        join.partitions(),
        scored.stream().flatMap(task -> task.parts().stream()).toList());
    return scored.stream()
        .map(ScoreTask.Scored::sums)
        .reduce(new SufficientStatistics(metrics, examples), SufficientStatistics::add)
        .finished();
  }

  /** Checks what the tasks wrote, and makes one file of their lines. */
  private static void gather(PartFiles files, int partitions, List<Part> parts) throws IOException {
    List<String> names = new ArrayList<>();
    for (int p = 0; p < partitions; p++) {
      names.add(ScoreTask.scores(p));
      names.add(LinePieces.piece(PREDICTIONS, p));
      names.add(LinePieces.piece(UNMATCHED, p));
    }
    files.check(names, parts);
    Map<String, Part> byName = PartFiles.byName(parts);
    for (String name : List.of(PREDICTIONS, UNMATCHED)) {
      List<Part> pieces =
          IntStream.range(0, partitions)
              .mapToObj(p -> byName.get(LinePieces.piece(name, p)))
              .toList();
      LinePieces.merge(files, pieces, name + ".jsonl");
    }
    files.clear();
  }

  private List<ScoreTask.Scored> scored(ReportJoin join, ScoreTask.Plan plan) throws IOException {
    LongAccumulator done = spark.sc().longAccumulator("scored");
    long total = join.counts().scored() * join.systems().size();
    Broadcast<SerializableConfiguration> hadoop =
        spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration()));
    try (Progress progress = Progress.start("score", total, "predictions")) {
      return WatchedJob.collect(
          join.map(
              (partition, reports) ->
                  List.of(
                          new ScoreTask(plan, done)
                              .run(
                                  partition,
                                  TaskContext.get().taskAttemptId(),
                                  reports,
                                  hadoop.value().value()))
                      .iterator()),
          done::sum,
          progress);
    } finally {
      hadoop.destroy();
    }
  }
}
