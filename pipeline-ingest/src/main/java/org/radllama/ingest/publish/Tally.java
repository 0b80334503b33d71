package org.radllama.ingest.publish;

import java.io.Serializable;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import org.radllama.ingest.dedup.Verdict;
import org.radllama.ingest.instruct.Split;
import org.radllama.ingest.read.Edit;
import org.radllama.ingest.read.Label;
import org.radllama.ingest.read.Outcome;
import org.radllama.ingest.read.Reason;
import org.radllama.ingest.read.Report;
import org.radllama.ingest.read.Stage;
import org.radllama.ingest.read.Whitespace;
import org.radllama.ingest.split.PlacedReport;

/** Counts of one run by source; filled in parts on Spark and merged in any order. */
public final class Tally implements Serializable {
  private final TreeMap<String, Source> sources = new TreeMap<>();

  /** The counts of one source. */
  static final class Source implements Serializable {
    long read;
    final EnumCounts<Edit> edits = new EnumCounts<>(Edit.class);
    final EnumCounts<Reason> rejected = new EnumCounts<>(Reason.class);
    final EnumCounts<Verdict.Kind> duplicates = new EnumCounts<>(Verdict.Kind.class);
    final EnumCounts<Split> kept = new EnumCounts<>(Split.class);
    final EnumCounts<Split> leaked = new EnumCounts<>(Split.class);
    final EnumMap<Split, EnumCounts<Label>> labels = new EnumMap<>(Split.class);
    final TreeMap<Integer, Long> findingsWords = new TreeMap<>();
    final TreeMap<Integer, Long> impressionWords = new TreeMap<>();

    EnumCounts<Label> labels(Split split) {
      return labels.computeIfAbsent(split, key -> new EnumCounts<>(Label.class));
    }

    long accountedFor() {
      return rejected.sum() + duplicates.sum() + kept.sum();
    }

    private void merge(Source other) {
      read += other.read;
      edits.addAll(other.edits);
      rejected.addAll(other.rejected);
      duplicates.addAll(other.duplicates);
      kept.addAll(other.kept);
      leaked.addAll(other.leaked);
      other.labels.forEach((split, counts) -> labels(split).addAll(counts));
      other.findingsWords.forEach((words, n) -> findingsWords.merge(words, n, Long::sum));
      other.impressionWords.forEach((words, n) -> impressionWords.merge(words, n, Long::sum));
    }
  }

  /** Counts a record that was read: as such, and under its reason where it was rejected. */
  public Tally addOutcome(Outcome<PlacedReport> outcome) {
    if (outcome instanceof Outcome.Rejected<PlacedReport> rejected) {
      Source source = source(rejected.rejection().source());
      source.read++;
      source.rejected.add(rejected.rejection().reason());
    } else {
      Report report = ((Outcome.Kept<PlacedReport>) outcome).value().report();
      Source source = source(report.source());
      source.read++;
      report.edits().forEach(source.edits::add);
    }
    return this;
  }

  /** Counts what deduplication said. */
  public Tally addVerdict(Verdict verdict) {
    if (verdict instanceof Verdict.Kept kept) {
      Report report = kept.report().report();
      Source source = source(report.source());
      source.kept.add(kept.report().split());
      source.labels(kept.report().split()).add(report.label());
      source.findingsWords.merge(Whitespace.words(report.findings()), 1L, Long::sum);
      source.impressionWords.merge(Whitespace.words(report.impression()), 1L, Long::sum);
    } else if (verdict instanceof Verdict.Duplicate duplicate) {
      source(duplicate.report().source()).duplicates.add(duplicate.kind());
    } else if (verdict instanceof Verdict.Leak leak) {
      source(leak.heldOut().source()).leaked.add(leak.split());
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

  /** Reports that passed all rules and had an edit. */
  public long edited(Edit edit) {
    return sum(s -> s.edits.of(edit));
  }

  /** Records rejected for a reason. */
  public long rejected(Reason reason) {
    return sum(s -> s.rejected.of(reason));
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
    return sum(s -> s.duplicates.of(kind));
  }

  /** Reports kept in a split. */
  public long kept(Split split) {
    return sum(s -> s.kept.of(split));
  }

  /** Held-out reports of a split whose findings are in train. */
  public long leaked(Split split) {
    return sum(s -> s.leaked.of(split));
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
