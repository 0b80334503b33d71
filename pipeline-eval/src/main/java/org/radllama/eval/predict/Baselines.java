package org.radllama.eval.predict;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.radllama.dataset.InstructionExample;
import org.radllama.run.JobFailure;
import org.radllama.run.Progress;
import org.radllama.text.Sentences;

/** Runs the baselines over a split; the search for nearest findings runs on the executors. */
public final class Baselines {
  private static final int QUERIES_A_TASK = 128;

  private final JavaSparkContext spark;
  private final EvaluationSet set;
  private final Neighbours neighbours;

  /**
   * Baselines over one evaluation set.
   *
   * @param neighbours whose consensus baseline {@code neighbours} is
   */
  public Baselines(JavaSparkContext spark, EvaluationSet set, Neighbours neighbours) {
    this.spark = spark;
    this.set = set;
    this.neighbours = neighbours;
  }

  /**
   * A baseline's answers to all reports of the set.
   *
   * @throws JobFailure exit 3 when it needs a train split and there is none
   */
  public SystemAnswers answers(Baseline baseline) {
    if (baseline.needsTrain() && set.train().isEmpty()) {
      throw JobFailure.input(
          "the dataset has no train split, which baseline %s needs (setting baselines)"
              .formatted(baseline.label()));
    }
    List<String> answers =
        switch (baseline) {
          case CONSTANT -> constant();
          case LEAD -> set.items().stream().map(i -> Sentences.first(i.findings())).toList();
          case NEAREST -> nearest();
          case NEIGHBOURS -> neighbours();
        };
    Map<String, String> byId = new HashMap<>();
    for (int i = 0; i < answers.size(); i++) {
      byId.put(set.items().get(i).id(), answers.get(i));
    }
    return new SystemAnswers(baseline.label(), SystemAnswers.Kind.BASELINE, byId);
  }

  private List<String> constant() {
    String constant =
        MostFrequent.of(set.train().stream().map(InstructionExample::impression).toList());
    return set.items().stream().map(item -> constant).toList();
  }

  private List<String> neighbours() {
    ConsensusStage stage = new ConsensusStage(spark, set);
    return stage.choose(stage.neighbours(neighbours));
  }

  private List<String> nearest() {
    NearestFindings nearest =
        new NearestFindings(set.train().stream().map(InstructionExample::findings).toList());
    List<NearestIndex.Query> queries =
        set.items().stream().map(item -> nearest.query(item.findings())).toList();
    Broadcast<NearestIndex> index = spark.broadcast(nearest.index());
    LongAccumulator done = spark.sc().longAccumulator("queries");
    int tasks = Math.max(1, (queries.size() + QUERIES_A_TASK - 1) / QUERIES_A_TASK);
    try (Progress progress = Progress.start("nearest findings", queries.size(), "reports")) {
      return WatchedJob.collect(
              spark.parallelize(queries, tasks).mapPartitions(it -> search(it, index, done)),
              done::sum,
              progress)
          .stream()
          .map(at -> set.train().get(at).impression())
          .toList();
    } finally {
      index.destroy();
    }
  }

  private static Iterator<Integer> search(
      Iterator<NearestIndex.Query> queries, Broadcast<NearestIndex> index, LongAccumulator done) {
    NearestIndex.Searcher searcher = index.value().searcher();
    List<Integer> found = new ArrayList<>();
    queries.forEachRemaining(query -> found.add(searcher.nearest(query)));
    done.add(found.size());
    return found.iterator();
  }
}
