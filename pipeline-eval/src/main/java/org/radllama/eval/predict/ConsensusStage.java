package org.radllama.eval.predict;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.radllama.dataset.InstructionExample;
import org.radllama.eval.consensus.Consensus;
import org.radllama.eval.consensus.Voice;
import org.radllama.run.JobFailure;
import org.radllama.run.Progress;

/** Neighbours and consensus on the executors. */
final class ConsensusStage {
  private static final int REPORTS_A_TASK = 64;

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
   * @throws JobFailure exit 3 when there is no train split
   */
  List<List<Voice>> neighbours(Neighbours which) {
    if (set.train().isEmpty()) {
      throw JobFailure.input(
          "the dataset has no train split, in which neighbours would be looked for"
              + " (generate.neighbour-weight, baselines)");
    }
    NearestFindings train =
        new NearestFindings(set.train().stream().map(InstructionExample::findings).toList(), WORDS);
    List<NearestIndex.Query> queries =
        set.items().stream().map(item -> train.query(item.findings())).toList();
    List<String> ids = set.train().stream().map(InstructionExample::id).toList();
    Broadcast<NearestIndex> index = spark.broadcast(train.index());
    // One more than asked for, since one may be the report itself.
    int most = which.count() + 1;
    try {
      List<NearestIndex.Found> found =
          run("neighbours", queries, (it, done) -> search(it, index, most, done));
      return IntStream.range(0, found.size())
          .mapToObj(i -> voices(found.get(i), set.items().get(i).id(), ids, which))
          .toList();
    } finally {
      index.destroy();
    }
  }

  private List<Voice> voices(
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
        .mapToObj(i -> new Voice(set.train().get(found.sets()[others[i]]).impression(), weights[i]))
        .toList();
  }

  private static Iterator<NearestIndex.Found> search(
      Iterator<NearestIndex.Query> queries,
      Broadcast<NearestIndex> index,
      int most,
      LongAccumulator done) {
    NearestIndex.Searcher searcher = index.value().searcher();
    List<NearestIndex.Found> found = new ArrayList<>();
    queries.forEachRemaining(query -> found.add(searcher.mostSimilar(query, most)));
    done.add(found.size());
    return found.iterator();
  }

  /** The consensus of each report's voices; an empty text where there are none. */
  List<String> choose(List<List<Voice>> voices) {
    List<ArrayList<Voice>> sent = voices.stream().map(ArrayList::new).toList();
    return run(
        "consensus",
        sent,
        (it, done) -> {
          Consensus consensus = new Consensus();
          List<String> chosen = new ArrayList<>();
          it.forEachRemaining(all -> chosen.add(all.isEmpty() ? "" : consensus.of(all)));
          done.add(chosen.size());
          return chosen.iterator();
        });
  }

  /** What a task does with its reports; tells the accumulator how many. */
  private interface Work<A, B> extends java.io.Serializable {
    Iterator<B> on(Iterator<A> part, LongAccumulator done);
  }

  private <A, B> List<B> run(String label, List<A> reports, Work<A, B> work) {
    LongAccumulator done = spark.sc().longAccumulator(label);
    int tasks = Math.max(1, (reports.size() + REPORTS_A_TASK - 1) / REPORTS_A_TASK);
    try (Progress progress = Progress.start(label, reports.size(), "reports")) {
      return WatchedJob.collect(
          spark.parallelize(reports, tasks).mapPartitions(it -> work.on(it, done)),
          done::sum,
          progress);
    }
  }
}
