package org.radllama.eval.predict;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.radllama.dataset.InstructionExample;
import org.radllama.failure.BadInputException;
import org.radllama.run.WatchedJob;
import org.radllama.text.Sentences;
import org.radllama.train.retrieve.NearestFindings;
import org.radllama.train.retrieve.NearestIndex;

/** Runs the baselines over a split; the search for nearest findings runs on the executors. */
public final class Baselines {
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
   * @throws BadInputException when it needs a train split and there is none
   */
  public SystemAnswers answers(Baseline baseline) {
    if (baseline.needsTrain() && set.train().isEmpty()) {
      throw new BadInputException(
          "the dataset has no train split, which baseline %s needs (setting baselines)"
              .formatted(baseline.label()));
    }
    List<String> answers =
        switch (baseline) {
          case CONSTANT -> constant();
          case LEAD -> set.examples().stream().map(i -> Sentences.first(i.findings())).toList();
          case NEAREST -> nearest();
          case NEIGHBOURS -> neighbours();
        };
    return new SystemAnswers(baseline.label(), SystemAnswers.Kind.BASELINE, set.byId(answers));
  }

  /** Train's most frequent impression, the first to appear on a tie. */
  private List<String> constant() {
    Map<String, Integer> counts = new LinkedHashMap<>();
    set.train().forEach(example -> counts.merge(example.impression(), 1, Integer::sum));
    String constant = Collections.max(counts.entrySet(), Map.Entry.comparingByValue()).getKey();
    return Collections.nCopies(set.examples().size(), constant);
  }

  private List<String> neighbours() {
    ConsensusStage stage = new ConsensusStage(spark, set);
    return stage.choose(stage.neighbours(neighbours));
  }

  private List<String> nearest() {
    NearestFindings nearest =
        new NearestFindings(set.train().stream().map(InstructionExample::findings).toList());
    List<NearestIndex.Query> queries =
        set.examples().stream().map(example -> nearest.query(example.findings())).toList();
    Broadcast<NearestIndex> index = spark.broadcast(nearest.index());
    try {
      return WatchedJob.map(
              spark, "nearest findings", queries, () -> index.value().searcher()::nearest)
          .stream()
          .map(at -> set.train().get(at).impression())
          .toList();
    } finally {
      index.destroy();
    }
  }
}
