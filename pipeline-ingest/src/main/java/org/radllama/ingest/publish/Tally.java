package org.radllama.ingest.publish;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import org.radllama.ingest.dedup.Verdict;
import org.radllama.ingest.instruct.Split;
import org.radllama.ingest.read.Label;
import org.radllama.ingest.read.Outcome;
import org.radllama.ingest.read.Reason;
import org.radllama.ingest.read.Stage;
import org.radllama.ingest.read.Whitespace;
import org.radllama.ingest.split.PlacedReport;

/** Counts of one run by source; filled in parts on Spark and merged in any order. */
public final class Tally implements Serializable {
  private final TreeMap<String, Source> sources = new TreeMap<>();

  /**
   * The counts of one source. Arrays are indexed by the ordinals of the enums they are named for.
   */
  static final class Source implements Serializable {
    long read;
    final long[] rejected = new long[Reason.values().length];
    final long[] duplicates = new long[Verdict.Kind.values().length];
    final long[] splits = new long[Split.values().length];
    final long[][] labels = new long[Split.values().length][Label.values().length];
    final long[] leaked = new long[Split.values().length];
    final TreeMap<Integer, Long> findingsWords = new TreeMap<>();
    final TreeMap<Integer, Long> impressionWords = new TreeMap<>();

    long accountedFor() {
      return Arrays.stream(rejected).sum()
          + Arrays.stream(duplicates).sum()
          + Arrays.stream(splits).sum();
    }

    private void merge(Source other) {
      read += other.read;
      add(rejected, other.rejected);
      add(duplicates, other.duplicates);
      add(splits, other.splits);
      add(leaked, other.leaked);
      for (int i = 0; i < labels.length; i++) {
        add(labels[i], other.labels[i]);
      }
      other.findingsWords.forEach((words, n) -> findingsWords.merge(words, n, Long::sum));
      other.impressionWords.forEach((words, n) -> impressionWords.merge(words, n, Long::sum));
    }

    private static void add(long[] to, long[] from) {
      for (int i = 0; i < to.length; i++) {
        to[i] += from[i];
      }
    }
  }

  /** Counts a record that was read: as such, and under its reason where it was rejected. */
  public Tally addOutcome(Outcome<PlacedReport> outcome) {
    if (outcome instanceof Outcome.Rejected<PlacedReport> rejected) {
      Source source = source(rejected.rejection().source());
      source.read++;
      source.rejected[rejected.rejection().reason().ordinal()]++;
    } else {
      source(((Outcome.Kept<PlacedReport>) outcome).value().report().source()).read++;
    }
    return this;
  }

  /** Counts what deduplication said. */
  public Tally addVerdict(Verdict verdict) {
    if (verdict instanceof Verdict.Kept kept) {
      Source source = source(kept.report().report().source());
      int split = kept.report().split().ordinal();
      source.splits[split]++;
      source.labels[split][kept.report().report().label().ordinal()]++;
      source.findingsWords.merge(
          Whitespace.words(kept.report().report().findings()), 1L, Long::sum);
      source.impressionWords.merge(
          Whitespace.words(kept.report().report().impression()), 1L, Long::sum);
    } else if (verdict instanceof Verdict.Duplicate duplicate) {
      source(duplicate.report().source()).duplicates[duplicate.kind().ordinal()]++;
    } else if (verdict instanceof Verdict.Leak leak) {
      source(leak.heldOut().source()).leaked[leak.split().ordinal()]++;
    }
    return this;
  }

  /** Adds another part's counts. */
  public Tally merge(Tally other) {
    other.sources.forEach((name, source) -> source(name).merge(source));
    return this;
  }

  private Source source(String name) {
    return sources.computeIfAbsent(name, key -> new Source());
  }

  Map<String, Source> sources() {
    return sources;
  }

  /** Records read. */
  public long read() {
    return sum(s -> s.read);
  }

  /** Records rejected for a reason. */
  public long rejected(Reason reason) {
    return sum(s -> s.rejected[reason.ordinal()]);
  }

  /** Records that could not be read at all: those rejected at {@link Stage#READ}. */
  public long unreadable() {
    return Arrays.stream(Reason.values())
        .filter(reason -> reason.stage() == Stage.READ)
        .mapToLong(this::rejected)
        .sum();
  }

  /** Reports of train removed as a kind of duplicate. */
  public long duplicates(Verdict.Kind kind) {
    return sum(s -> s.duplicates[kind.ordinal()]);
  }

  /** Reports kept in a split. */
  public long kept(Split split) {
    return sum(s -> s.splits[split.ordinal()]);
  }

  /** Held-out reports of a split whose findings are in train. */
  public long leaked(Split split) {
    return sum(s -> s.leaked[split.ordinal()]);
  }

  private long sum(ToLongFunction<Source> count) {
    return sources.values().stream().mapToLong(count).sum();
  }

  /**
   * Nothing is lost: of every source, read = train + validate + test + rejected + duplicates.
   *
   * @throws IllegalStateException otherwise, which is a defect
   */
  public void requireNothingLost() {
    sources.forEach(
        (name, source) -> {
          if (source.read != source.accountedFor()) {
            throw new IllegalStateException(
                "%s: %d records read, %d accounted for"
                    .formatted(name, source.read, source.accountedFor()));
          }
        });
  }
}
