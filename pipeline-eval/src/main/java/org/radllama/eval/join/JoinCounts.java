package org.radllama.eval.join;

import static org.radllama.text.Format.format;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How many rows met; sums of the counts of parts. */
public final class JoinCounts implements Serializable {
  private long reports;
  private int fewestReferences = Integer.MAX_VALUE;
  private int mostReferences;
  private final Map<Corpus, Long> scored = new TreeMap<>();
  private final List<OfSource> sources = new ArrayList<>();
  private Problem problem;

  /** What stops the evaluation; the first by id is told. */
  record Problem(Kind kind, String id, int source) implements Comparable<Problem>, Serializable {
    enum Kind {
      UNREADABLE_LINE,
      NO_REFERENCE,
      OTHER_REFERENCE
    }

    @Override
    public int compareTo(Problem other) {
      int byKind = kind.compareTo(other.kind);
      int byId = byKind != 0 ? byKind : id.compareTo(other.id);
      return byId != 0 ? byId : Integer.compare(source, other.source);
    }
  }

  /** The counts of one source: lines read = kept + extra + duplicate. */
  public static final class OfSource implements Serializable {
    private long read;
    private long kept;
    private long extra;
    private long duplicate;
    private long missing;

    /** Lines, or local answers. */
    public long read() {
      return read;
    }

    /** Those that found their report. */
    public long kept() {
      return kept;
    }

    /** Those that found none. */
    public long extra() {
      return extra;
    }

    /** Those whose id had come before. */
    public long duplicate() {
      return duplicate;
    }

    /** Reports that found no line. */
    public long missing() {
      return missing;
    }

    void count(Unmatched.Kind kind) {
      switch (kind) {
        case MISSING -> missing++;
        case EXTRA -> extra++;
        case DUPLICATE -> duplicate++;
      }
    }

    private void add(OfSource other) {
      read += other.read;
      kept += other.kept;
      extra += other.extra;
      duplicate += other.duplicate;
      missing += other.missing;
    }
  }

  JoinCounts(int sources) {
    for (int i = 0; i < sources; i++) {
      this.sources.add(new OfSource());
    }
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
    return scored.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Those that are scored, by corpus. */
  public Map<Corpus, Long> scoredByCorpus() {
    return scored;
  }

  /** The counts of a source, in the order of the layout. */
  public OfSource source(int source) {
    return sources.get(source);
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
    sources.get(source).read++;
  }

  void kept(int source) {
    sources.get(source).kept++;
  }

  void count(JoinedReport report) {
    if (report.corpus() != null) {
      reports++;
      if (report.scored()) {
        scored.merge(report.corpus(), 1L, Long::sum);
        fewestReferences = Math.min(fewestReferences, report.references().size());
        mostReferences = Math.max(mostReferences, report.references().size());
      }
    }
  }

  JoinCounts add(JoinCounts other) {
    reports += other.reports;
    fewestReferences = Math.min(fewestReferences, other.fewestReferences);
    mostReferences = Math.max(mostReferences, other.mostReferences);
    other.scored.forEach((corpus, n) -> scored.merge(corpus, n, Long::sum));
    for (int i = 0; i < sources.size(); i++) {
      sources.get(i).add(other.sources.get(i));
    }
    if (other.problem != null) {
      note(other.problem);
    }
    return this;
  }

  /** Asserts that no line was lost. */
  void check() {
    for (OfSource source : sources) {
      if (source.read != source.kept + source.extra + source.duplicate) {
        throw new IllegalStateException(
            format(
                "%d lines read, %d kept, %d extra, %d duplicate",
                source.read, source.kept, source.extra, source.duplicate));
      }
    }
  }
}
