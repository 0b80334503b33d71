package org.radllama.eval.join;

import static org.radllama.text.Format.format;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;

/** How many rows met; sums of the counts of parts. */
public final class JoinCounts implements Serializable {
  private long reports;
  private int fewestReferences = Integer.MAX_VALUE;
  private int mostReferences;
  private final Map<Corpus, Map<Subset, TestSet>> sets = new TreeMap<>();

  /** For each source the numbers of {@link OfSource}, in that order. */
  private final long[][] sources;

  private Problem problem;

  /** For each source the first id, in their order, that is extra, and that is missing. */
  private final String[][] examples;

  /** What stops the evaluation; the first by id is reported. */
  record Problem(Kind kind, String id, int source) implements Comparable<Problem>, Serializable {
    enum Kind {
      UNREADABLE_LINE,
      NO_REFERENCE,
      OTHER_REFERENCE,
      OTHER_CORPUS
    }

    private static final Comparator<Problem> ORDER =
        Comparator.comparing(Problem::kind)
            .thenComparing(Problem::id)
            .thenComparingInt(Problem::source);

    @Override
    public int compareTo(Problem other) {
      return ORDER.compare(this, other);
    }
  }

  /**
   * The counts of one source: lines read = kept + extra + duplicate.
   *
   * @param read lines, or local answers
   * @param kept those that found their report
   * @param extra those that found none
   * @param duplicate those whose id had come before
   * @param missing reports that found no line
   */
  public record OfSource(long read, long kept, long extra, long duplicate, long missing) {}

  JoinCounts(int sources) {
    this.sources = new long[sources][5];
    this.examples = new String[sources][2];
  }

  /** Reports under evaluation. */
  public long reports() {
    return reports;
  }

  /** How many references a scored report has, {@code var} where they differ, as sacreBLEU says. */
  public String references() {
    return fewestReferences == mostReferences ? "" + mostReferences : "var";
  }

  /** Those that are scored. */
  public long scored() {
    return scoredByCorpus().values().stream().mapToLong(Long::longValue).sum();
  }

  /** Those that are scored, by corpus. */
  public Map<Corpus, Long> scoredByCorpus() {
    Map<Corpus, Long> scored = new TreeMap<>();
    sets.forEach((corpus, of) -> scored.put(corpus, of.get(Subset.ALL).reports()));
    return scored;
  }

  /** Which reports are scored, by corpus and subset. */
  public Map<Corpus, Map<Subset, TestSet>> testSets() {
    return sets;
  }

  /** The counts of a source, in the order of the layout. */
  public OfSource source(int source) {
    long[] of = sources[source];
    return new OfSource(of[0], of[1], of[2], of[3], of[4]);
  }

  Problem problem() {
    return problem;
  }

  void note(Problem found) {
    if (problem == null || found.compareTo(problem) < 0) {
      problem = found;
    }
  }

  void read(int source) {
    sources[source][0]++;
  }

  void kept(int source) {
    sources[source][1]++;
  }

  void unmatched(int source, Unmatched.Kind kind, String id) {
    if (kind != Unmatched.Kind.DUPLICATE) {
      String[] of = examples[source];
      int which = kind == Unmatched.Kind.EXTRA ? 0 : 1;
      of[which] = first(of[which], id);
    }
    switch (kind) {
      case EXTRA -> sources[source][2]++;
      case DUPLICATE -> sources[source][3]++;
      case MISSING -> sources[source][4]++;
    }
  }

  private static String first(String one, String other) {
    return one == null || (other != null && other.compareTo(one) < 0) ? other : one;
  }

  /** An id of a source that no report has; null if there is none. */
  String extraId(int source) {
    return examples[source][0];
  }

  /** The id of a report that a source lacks; null if there is none. */
  String missingId(int source) {
    return examples[source][1];
  }

  void count(JoinedReport report) {
    if (report.corpus() != null) {
      reports++;
      if (report.scored()) {
        Map<Subset, TestSet> own = sets.computeIfAbsent(report.corpus(), c -> new TreeMap<>());
        TestSet.Member member = TestSet.Member.of(report.id(), report.references());
        own.computeIfAbsent(Subset.ALL, s -> new TestSet());
        report.subsets().forEach(s -> own.computeIfAbsent(s, of -> new TestSet()).add(member));
        fewestReferences = Math.min(fewestReferences, report.references().size());
        mostReferences = Math.max(mostReferences, report.references().size());
      }
    }
  }

  JoinCounts add(JoinCounts other) {
    reports += other.reports;
    fewestReferences = Math.min(fewestReferences, other.fewestReferences);
    mostReferences = Math.max(mostReferences, other.mostReferences);
    other.sets.forEach(
        (corpus, of) -> {
          Map<Subset, TestSet> own = sets.computeIfAbsent(corpus, c -> new TreeMap<>());
          of.forEach((subset, set) -> own.computeIfAbsent(subset, s -> new TestSet()).add(set));
        });
    for (int source = 0; source < sources.length; source++) {
      long[] theirs = other.sources[source];
      long[] ours = sources[source];
      Arrays.setAll(ours, i -> ours[i] + theirs[i]);
      String[] first = examples[source];
      String[] others = other.examples[source];
      Arrays.setAll(first, i -> first(first[i], others[i]));
    }
    if (other.problem != null) {
      note(other.problem);
    }
    return this;
  }

  /** Asserts that no line was lost. */
  void check() {
    for (int i = 0; i < sources.length; i++) {
      OfSource source = source(i);
      if (source.read != source.kept + source.extra + source.duplicate) {
        throw new IllegalStateException(
            format(
                "%d lines read, %d kept, %d extra, %d duplicate",
                source.read, source.kept, source.extra, source.duplicate));
      }
    }
  }
}
