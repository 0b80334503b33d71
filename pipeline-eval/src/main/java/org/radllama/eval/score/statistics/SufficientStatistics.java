package org.radllama.eval.score.statistics;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.radllama.eval.join.Corpus;
import org.radllama.eval.join.IdGroups;
import org.radllama.eval.join.JoinedReport;
import org.radllama.eval.join.Subset;
import org.radllama.eval.score.family.Metrics;

/**
 * All that tables, intervals, tests and plots need of the scores of any number of reports, by
 * system, corpus and subset. Its size is bounded; those of parts add up, in any order.
 */
public final class SufficientStatistics implements Serializable {
  private static final String[] GROUPS =
      IntStream.range(0, IdGroups.GROUPS).mapToObj("%04d"::formatted).toArray(String[]::new);

  private final boolean[] counts;
  private final int examples;
  private final TreeMap<Key, Sums> sums = new TreeMap<>();

  /** A system in a corpus. */
  private record Key(String system, Corpus corpus) implements Comparable<Key>, Serializable {
    private static final Comparator<Key> ORDER =
        Comparator.comparing(Key::system).thenComparing(Key::corpus);

    @Override
    public int compareTo(Key other) {
      return ORDER.compare(this, other);
    }
  }

  private static final class Sums implements Serializable {
    /** Totals of the reports that are in the same subsets; they are added to cells at the end. */
    private final Map<List<Subset>, Totals> totals = new HashMap<>();

    private final TreeMap<Subset, Cell> cells = new TreeMap<>();
    private final Spread spread;

    Sums(int examples) {
      spread = new Spread(examples);
    }
  }

  /**
   * Nothing yet.
   *
   * @param metrics whose statistics are summed
   * @param examples how many examples of each kind are kept
   */
  public SufficientStatistics(Metrics metrics, int examples) {
    this.counts = metrics.counts();
    this.examples = examples;
  }

  /**
   * Adds a report.
   *
   * @param single whether the corpus is small enough to keep every report
   * @param row its statistics
   */
  public void add(String system, JoinedReport report, boolean single, double[] row) {
    Sums of = of(system, report.corpus());
    of.totals.computeIfAbsent(report.subsets(), s -> new Totals(counts)).add(row);
    double[] counted = Arrays.copyOf(row, row.length + 1);
    counted[row.length] = 1;
    String group = single ? report.id() : GROUPS[IdGroups.group(report.id())];
    for (Subset subset : report.subsets()) {
      of.cells.computeIfAbsent(subset, s -> new Cell(counts)).add(group, counted, single);
    }
  }

  private Sums of(String system, Corpus corpus) {
    return sums.computeIfAbsent(new Key(system, corpus), key -> new Sums(examples));
  }

  /** Adds what another part has counted. */
  public SufficientStatistics add(SufficientStatistics other) {
    other.sums.forEach(
        (key, theirs) -> {
          Sums of = of(key.system, key.corpus);
          of.spread.add(theirs.spread);
          theirs.totals.forEach(
              (subsets, t) -> of.totals.computeIfAbsent(subsets, s -> new Totals(counts)).add(t));
          theirs.cells.forEach(
              (subset, c) -> of.cells.computeIfAbsent(subset, s -> new Cell(counts)).add(c));
        });
    return this;
  }

  /** Fills in the cells' totals; called once, when all parts are added. */
  public SufficientStatistics finished() {
    for (Sums of : sums.values()) {
      of.totals.forEach((subsets, t) -> subsets.forEach(subset -> of.cells.get(subset).add(t)));
    }
    return this;
  }

  /** The spread of a system in a corpus, to count a report in. */
  public Spread spreadOf(String system, Corpus corpus) {
    return of(system, corpus).spread;
  }

  /** Names of the systems, sorted. */
  public List<String> systems() {
    return distinct(Key::system);
  }

  /** Corpora in order. */
  public List<Corpus> corpora() {
    return distinct(Key::corpus);
  }

  private <T> List<T> distinct(Function<Key, T> part) {
    return sums.keySet().stream().map(part).distinct().sorted().toList();
  }

  /** A system's cells in a corpus, by subset. */
  public Map<Subset, Cell> cells(String system, Corpus corpus) {
    return get(system, corpus).<Map<Subset, Cell>>map(of -> of.cells).orElse(Map.of());
  }

  /** How a system's reports in a corpus spread. */
  public Optional<Spread> spread(String system, Corpus corpus) {
    return get(system, corpus).map(of -> of.spread);
  }

  private Optional<Sums> get(String system, Corpus corpus) {
    return Optional.ofNullable(sums.get(new Key(system, corpus)));
  }
}
