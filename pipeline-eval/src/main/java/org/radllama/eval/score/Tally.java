package org.radllama.eval.score;

import java.io.Serializable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.radllama.eval.join.Corpus;
import org.radllama.eval.join.IdGroups;
import org.radllama.eval.join.Subset;

/**
 * All that tables, intervals, tests and plots need of the scores of any number of reports, by
 * system, corpus and subset. Its size is bounded; tallies of parts add up, in any order.
 */
public final class Tally implements Serializable {
  private static final String[] GROUPS =
      IntStream.range(0, IdGroups.GROUPS).mapToObj("%04d"::formatted).toArray(String[]::new);

  private final boolean[] counts;
  private final int examples;
  private final TreeMap<String, TreeMap<Corpus, OfCorpus>> systems = new TreeMap<>();

  /** A system in a corpus. */
  private static final class OfCorpus implements Serializable {
    /** Totals of the reports that are in the same subsets; they are added to cells at the end. */
    private final Map<List<Subset>, Totals> totals = new HashMap<>();

    private final TreeMap<Subset, Cell> cells = new TreeMap<>();
    private final Spread spread;

    OfCorpus(int examples) {
      spread = new Spread(examples);
    }
  }

  /**
   * Nothing yet.
   *
   * @param metrics whose statistics are summed
   * @param examples how many examples of each kind are kept
   */
  Tally(Metrics metrics, int examples) {
    this.counts = metrics.counts();
    this.examples = examples;
  }

  /**
   * Adds a report.
   *
   * @param single whether the corpus is small enough to keep every report
   * @param row its statistics
   */
  void add(
      String system, Corpus corpus, List<Subset> subsets, String id, boolean single, double[] row) {
    OfCorpus of = of(system, corpus);
    of.totals.computeIfAbsent(subsets, s -> new Totals(counts)).add(row);
    double[] counted = Arrays.copyOf(row, row.length + 1);
    counted[row.length] = 1;
    String group = single ? id : GROUPS[IdGroups.group(id)];
    for (Subset subset : subsets) {
      of.cells.computeIfAbsent(subset, s -> new Cell(counts)).add(group, counted, single);
    }
  }

  private OfCorpus of(String system, Corpus corpus) {
    return systems
        .computeIfAbsent(system, s -> new TreeMap<>())
        .computeIfAbsent(corpus, c -> new OfCorpus(examples));
  }

  /** Adds what another part has counted. */
  Tally add(Tally other) {
    other.systems.forEach(
        (system, corpora) ->
            corpora.forEach(
                (corpus, theirs) -> {
                  OfCorpus of = of(system, corpus);
                  of.spread.add(theirs.spread);
                  theirs.totals.forEach(
                      (subsets, totals) ->
                          of.totals.computeIfAbsent(subsets, s -> new Totals(counts)).add(totals));
                  theirs.cells.forEach(
                      (subset, cell) ->
                          of.cells.computeIfAbsent(subset, s -> new Cell(counts)).add(cell));
                }));
    return this;
  }

  /** Fills in the cells' totals; called once, when all parts are added. */
  Tally finished() {
    systems
        .values()
        .forEach(
            corpora ->
                corpora
                    .values()
                    .forEach(
                        of ->
                            of.totals.forEach(
                                (subsets, totals) ->
                                    subsets.forEach(s -> of.cells.get(s).add(totals)))));
    return this;
  }

  /** The spread of a system in a corpus. */
  Spread spreadOf(String system, Corpus corpus) {
    return of(system, corpus).spread;
  }

  /** Names of the systems, sorted. */
  public List<String> systems() {
    return List.copyOf(systems.keySet());
  }

  /** Corpora in order. */
  public List<Corpus> corpora() {
    return systems.values().stream().flatMap(c -> c.keySet().stream()).distinct().sorted().toList();
  }

  /** A system's cells in a corpus, by subset. */
  public Map<Subset, Cell> cells(String system, Corpus corpus) {
    OfCorpus of = systems.getOrDefault(system, new TreeMap<>()).get(corpus);
    return of == null ? Map.of() : of.cells;
  }

  /** How a system's reports in a corpus spread. */
  public Optional<Spread> spread(String system, Corpus corpus) {
    return Optional.ofNullable(systems.getOrDefault(system, new TreeMap<>()).get(corpus))
        .map(of -> of.spread);
  }
}
