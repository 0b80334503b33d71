package org.radllama.ingest.publish;

import static org.radllama.text.Format.format;

import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.radllama.dataset.BackgroundSection;
import org.radllama.dataset.Split;
import org.radllama.ingest.dedup.Verdict;
import org.radllama.ingest.privacy.Found;
import org.radllama.ingest.privacy.IdForms;
import org.radllama.ingest.privacy.Identifier;
import org.radllama.ingest.read.ReportIds;
import org.radllama.ingest.read.SourceKind;
import org.radllama.ingest.record.Edit;
import org.radllama.ingest.record.HeaderRule;
import org.radllama.ingest.record.Label;
import org.radllama.ingest.record.Reason;
import org.radllama.ingest.record.Rejection;
import org.radllama.ingest.record.Stage;
import org.radllama.ingest.store.ReportEntry;

/** Counts of one run by source. */
public final class IngestTally {
  private static final Set<String> PUBLISHED =
      Set.of(SourceKind.MIMIC_CXR.source(), SourceKind.OPENI_CSV.source());

  /** What stands for a row that has no id. */
  private static final Pattern ROW = Pattern.compile("(?:(?<file>.+)/)?row-[0-9]+");

  private static final Pattern FOLDER_OR_ENDING =
      Pattern.compile("^.*/|\\.(?:[A-Za-z0-9]{1,8}(?:\\.(?:gz|zst))?)$");

  private final TreeMap<String, Source> sources = new TreeMap<>();

  /** The counts of one source. */
  static final class Source {
    final String name;
    long read;
    final EnumCounts<Edit> edits = new EnumCounts<>(Edit.class);
    final EnumCounts<HeaderRule> findingsBy = new EnumCounts<>(HeaderRule.class);
    final EnumCounts<HeaderRule> impressionBy = new EnumCounts<>(HeaderRule.class);
    final EnumCounts<BackgroundSection> background = new EnumCounts<>(BackgroundSection.class);
    final EnumCounts<Reason> rejected = new EnumCounts<>(Reason.class);
    final EnumCounts<Verdict.Kind> duplicates = new EnumCounts<>(Verdict.Kind.class);
    final EnumCounts<Split> kept = new EnumCounts<>(Split.class);
    final EnumCounts<Split> leakedExactly = new EnumCounts<>(Split.class);
    final EnumCounts<Split> leakedNearly = new EnumCounts<>(Split.class);
    final EnumCounts<Identifier> identifiers = new EnumCounts<>(Identifier.class);
    final EnumCounts<Identifier> identifiersMasked = new EnumCounts<>(Identifier.class);
    final EnumCounts<Identifier> identified = new EnumCounts<>(Identifier.class);
    long withIdentifiers;
    final EnumCounts<Identifier> reportIds = new EnumCounts<>(Identifier.class);
    final EnumCounts<Identifier> patientIds = new EnumCounts<>(Identifier.class);
    private final Set<String> formed = new HashSet<>();
    private final Set<String> patients = new HashSet<>();
    final EnumMap<Split, EnumCounts<Label>> labels = new EnumMap<>(Split.class);
    final TreeMap<Integer, Long> findingsWords = new TreeMap<>();
    final TreeMap<Integer, Long> impressionWords = new TreeMap<>();

    private Source(String name) {
      this.name = name;
    }

    EnumCounts<Label> labels(Split split) {
      return labels.computeIfAbsent(split, key -> new EnumCounts<>(Label.class));
    }

    long accountedFor() {
      return rejected.sum() + duplicates.sum() + kept.sum();
    }
  }

  /** Counts a record that was read and rejected. */
  public void addRejected(Rejection rejection) {
    Source source = source(rejection.source());
    source.read++;
    source.rejected.add(rejection.reason());
    addPlace(source, ReportIds.bare(rejection.id()));
  }

  /** An id, or where the record has none, the name of its file, perhaps with that of its row. */
  private static void addPlace(Source source, String id) {
    Matcher row = ROW.matcher(id);
    String file = row.matches() ? Objects.requireNonNullElse(row.group("file"), "") : id;
    String stem = FOLDER_OR_ENDING.matcher(file).replaceAll("");
    addId(
        source,
        id,
        (row.matches() ? Optional.<Identifier>empty() : IdForms.of(id)).or(() -> IdForms.of(stem)));
  }

  private static void addId(Source source, String id, Optional<Identifier> form) {
    if (!PUBLISHED.contains(source.name)) {
      form.filter(kind -> source.formed.add(id)).ifPresent(source.reportIds::add);
    }
  }

  /** Counts a record that was read and placed. */
  public void addRead(ReportEntry entry) {
    Source source = source(entry.order().source());
    source.read++;
    entry.edits().forEach(source.edits::add);
    entry
        .edits()
        .ifFound(
            (findings, impression) -> {
              source.findingsBy.add(findings);
              source.impressionBy.add(impression);
            });
  }

  /** Counts what deduplication said of a report. */
  public void addVerdict(ReportEntry entry, Verdict verdict) {
    Source source = source(entry.order().source());
    String id = ReportIds.bare(entry.order().id());
    addId(source, id, IdForms.of(id));
    if (verdict instanceof Verdict.Duplicate duplicate) {
      source.duplicates.add(duplicate.kind());
    } else {
      source.kept.add(entry.split());
      entry.background().forEach(source.background::add);
      addIdentifiers(source, entry.identifiers());
      addPatient(source, entry);
      source.labels(entry.split()).add(entry.label());
      source.findingsWords.merge(entry.findingsWords(), 1L, Long::sum);
      source.impressionWords.merge(entry.impressionWords(), 1L, Long::sum);
    }
  }

  private static void addIdentifiers(Source source, List<Found> identifiers) {
    Set<Identifier> kinds = EnumSet.noneOf(Identifier.class);
    for (Found found : identifiers) {
      (found.masked() ? source.identifiersMasked : source.identifiers).add(found.kind());
      kinds.add(found.kind());
    }
    kinds.forEach(source.identified::add);
    source.withIdentifiers += identifiers.stream().allMatch(Found::masked) ? 0 : 1;
  }

  /** Those of published corpora were given by the studies that made them. */
  private static void addPatient(Source source, ReportEntry entry) {
    if (PUBLISHED.contains(source.name)) {
      return;
    }
    IdForms.of(entry.patient())
        .filter(kind -> source.patients.add(entry.patient()))
        .ifPresent(source.patientIds::add);
  }

  /**
   * How many ids of reports and of published patients have the form of identifiers, in a clause
   * with counts by kind and no id; empty if none. Rejected reports and removed duplicates are
   * listed by their ids, too, or by the names of their files.
   */
  public Optional<String> idForms() {
    long reports = sum(s -> s.reportIds.sum());
    long patients = sum(s -> s.patientIds.sum());
    String kinds =
        Arrays.stream(Identifier.values())
            .filter(kind -> sum(s -> s.reportIds.of(kind) + s.patientIds.of(kind)) > 0)
            .map(
                kind -> kind.label() + " " + sum(s -> s.reportIds.of(kind) + s.patientIds.of(kind)))
            .collect(Collectors.joining(", "));
    return kinds.isEmpty()
        ? Optional.empty()
        : Optional.of(
            format(
                "%d ids of reports and %d of patients have the form of identifiers (%s)",
                reports, patients, kinds));
  }

  /** Counts a held-out report with a neighbour in train. */
  public void addLeak(Verdict.Leak leak) {
    Source source = source(leak.heldOut().source());
    (leak.exact() ? source.leakedExactly : source.leakedNearly).add(leak.split());
  }

  private Source source(String name) {
    return sources.computeIfAbsent(name, Source::new);
  }

  /** The sources in the order of their names. */
  Collection<Source> sources() {
    return sources.values();
  }

  Set<String> names() {
    return sources.keySet();
  }

  /** Records read. */
  public long read() {
    return sum(s -> s.read);
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

  /** Reports with an edit among those that passed the record-by-record stages. */
  public long edited(Edit edit) {
    return sum(s -> s.edits.of(edit));
  }

  /** Published reports in which an identifier is left that is not masked. */
  public long withIdentifiers() {
    return sum(s -> s.withIdentifiers);
  }

  /** Identifiers of a kind that are left in published reports. */
  public long identifiers(Identifier kind) {
    return sum(s -> s.identifiers.of(kind));
  }

  /** Identifiers of a kind in published reports in whose place a mask stands. */
  public long masked(Identifier kind) {
    return sum(s -> s.identifiersMasked.of(kind));
  }

  /** Reports removed from train for a kind of duplicate. */
  public long duplicates(Verdict.Kind kind) {
    return sum(s -> s.duplicates.of(kind));
  }

  /** Reports published. */
  public long kept() {
    return sum(s -> s.kept.sum());
  }

  /** Reports kept in a split. */
  public long kept(Split split) {
    return sum(s -> s.kept.of(split));
  }

  /** Held-out reports of a split whose findings are in train, equal or near. */
  public long leaked(Split split) {
    return leakedExactly(split) + sum(s -> s.leakedNearly.of(split));
  }

  /** Those whose findings are equal. */
  long leakedExactly(Split split) {
    return sum(s -> s.leakedExactly.of(split));
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
    for (Source source : sources()) {
      if (source.read != source.accountedFor()) {
        throw new IllegalStateException(
            format(
                "%s: %d records read, %d accounted for",
                source.name, source.read, source.accountedFor()));
      }
    }
  }
}
