package org.radllama.eval.predict;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.radllama.dataset.InstructionExample;
import org.radllama.eval.consensus.Consensus;
import org.radllama.eval.consensus.MbrCandidate;
import org.radllama.failure.BadInputException;
import org.radllama.run.WatchedJob;
import org.radllama.train.retrieve.NearestFindings;
import org.radllama.train.retrieve.NearestIndex;

/** Neighbours and consensus on the executors. */
final class ConsensusStage {
  /** Neighbours are similar in words and in pairs of adjacent words, the longest n-grams. */
  private static final int WORDS = 2;

  private final JavaSparkContext spark;
  private final EvaluationSet set;

  ConsensusStage(JavaSparkContext spark, EvaluationSet set) {
    this.spark = spark;
    this.set = set;
  }

  /**
   * For each report the impressions of its neighbours in train with weights of sum 1, the nearest
   * first. A train report is no neighbour of itself; one whose only neighbour would be itself has
   * none.
   *
   * @throws BadInputException when there is no train split
   */
  List<List<MbrCandidate>> neighbours(Neighbours which) {
    if (set.train().isEmpty()) {
      throw new BadInputException(
          "the dataset has no train split to search for neighbours (generate.neighbour-weight, baselines)");
    }
    NearestFindings train =
        new NearestFindings(set.train().stream().map(InstructionExample::findings).toList(), WORDS);
    List<NearestIndex.Query> queries =
        set.examples().stream().map(item -> train.query(item.findings())).toList();
    List<String> ids = set.train().stream().map(InstructionExample::id).toList();
    Broadcast<NearestIndex> index = spark.broadcast(train.index());
    // One more than asked for, since one may be the report itself.
    int most = which.count() + 1;
    try {
      List<NearestIndex.Found> found =
          WatchedJob.map(
              spark,
              "neighbours",
              queries,
              () -> {
                NearestIndex.Searcher searcher = index.value().searcher();
                return query -> searcher.mostSimilar(query, most);
              });
      return IntStream.range(0, found.size())
          .mapToObj(i -> candidates(found.get(i), set.examples().get(i).id(), ids, which))
          .toList();
    } finally {
      index.destroy();
    }
  }

  private List<MbrCandidate> candidates(
      NearestIndex.Found found, String id, List<String> ids, Neighbours which) {
    int[] others =
        IntStream.range(0, found.sets().length)
            .filter(i -> !ids.get(found.sets()[i]).equals(id))
            .limit(which.count())
            .toArray();
    if (others.length == 0) {
      return List.of();
    }
    double[] weights =
        which.weights(IntStream.of(others).mapToDouble(i -> found.similarities()[i]).toArray());
    return IntStream.range(0, others.length)
        .mapToObj(
            i ->
                new MbrCandidate(set.train().get(found.sets()[others[i]]).impression(), weights[i]))
        .toList();
  }

  /** The consensus of each report's support set; an empty text where that is empty. */
  List<String> choose(List<List<MbrCandidate>> supports) {
    List<ArrayList<MbrCandidate>> sent = supports.stream().map(ArrayList::new).toList();
    return WatchedJob.map(
        spark,
        "consensus",
        sent,
        () -> {
          Consensus consensus = new Consensus();
          return support -> support.isEmpty() ? "" : consensus.of(support);
        });
  }
}
