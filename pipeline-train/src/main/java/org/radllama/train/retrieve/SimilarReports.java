package org.radllama.train.retrieve;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.radllama.dataset.InstructionExample;
import org.radllama.run.WatchedJob;

/**
 * The most similar train reports of each report that is to be prompted with. A train report is
 * never shown to itself, known by its id; another one with the same findings is. Of equally similar
 * ones the first in the published order is taken. Safe for several threads.
 */
public final class SimilarReports {
  /** For prompts without similar reports. */
  public static final SimilarReports NONE =
      new SimilarReports(SimilarRule.NONE, List.of(), Map.of());

  /** Reports are similar in words and in pairs of adjacent words. */
  private static final int LONGEST_NGRAM = 2;

  private final SimilarRule rule;
  private final List<InstructionExample> train;
  private final Map<String, int[]> found;

  private SimilarReports(
      SimilarRule rule, List<InstructionExample> train, Map<String, int[]> found) {
    this.rule = rule;
    this.train = train;
    this.found = found;
  }

  /** Looks things up in an index, in the order of the queries. */
  private interface Search {
    List<NearestIndex.Found> of(NearestIndex index, List<NearestIndex.Query> queries, int most);
  }

  /**
   * Looks for those of a few reports, here.
   *
   * @param train in the published order
   * @param reports each with an id of its own
   */
  public static SimilarReports find(
      SimilarRule rule, List<InstructionExample> train, List<InstructionExample> reports) {
    return find(
        rule,
        train,
        reports,
        (index, queries, most) ->
            queries.parallelStream()
                .map(query -> index.searcher().mostSimilar(query, most))
                .toList());
  }

  /** Looks for those of many reports, on the executors. */
  public static SimilarReports find(
      JavaSparkContext spark,
      SimilarRule rule,
      List<InstructionExample> train,
      List<InstructionExample> reports) {
    return find(
        rule,
        train,
        reports,
        (index, queries, most) -> {
          Broadcast<NearestIndex> sent = spark.broadcast(index);
          try {
            return WatchedJob.map(
                spark,
                "similar reports",
                queries,
                () -> {
                  NearestIndex.Searcher searcher = sent.value().searcher();
                  return query -> searcher.mostSimilar(query, most);
                });
          } finally {
            sent.destroy();
          }
        });
  }

  private static SimilarReports find(
      SimilarRule rule,
      List<InstructionExample> train,
      List<InstructionExample> reports,
      Search search) {
    if (rule.isNone()) {
      return NONE;
    }
    NearestFindings index =
        new NearestFindings(
            train.stream().map(InstructionExample::findings).toList(), LONGEST_NGRAM);
    List<NearestIndex.Query> queries =
        reports.stream().map(report -> index.query(report.findings())).toList();
    // One more than asked for, since one may be the report itself.
    List<NearestIndex.Found> sets = search.of(index.index(), queries, rule.count() + 1);
    Map<String, int[]> found = new HashMap<>();
    for (int i = 0; i < reports.size(); i++) {
      String id = reports.get(i).id();
      int[] others =
          IntStream.of(sets.get(i).sets())
              .filter(at -> !train.get(at).id().equals(id))
              .limit(rule.count())
              .toArray();
      found.put(id, others);
    }
    return new SimilarReports(rule, List.copyOf(train), found);
  }

  /**
   * What a prompt shows before a report: the most similar first. Fewer than asked for where train
   * has no more.
   *
   * @throws IllegalArgumentException for a report that was not looked for
   */
  public List<String> before(InstructionExample report) {
    if (rule.isNone()) {
      return List.of();
    }
    int[] others = found.get(report.id());
    if (others == null) {
      throw new IllegalArgumentException("no similar reports were looked for of " + report.id());
    }
    List<String> texts = new ArrayList<>();
    for (int other : others) {
      texts.add(rule.text(train.get(other).findings(), train.get(other).impression()));
    }
    return texts;
  }
}
