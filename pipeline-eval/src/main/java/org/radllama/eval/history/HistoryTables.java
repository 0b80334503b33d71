package org.radllama.eval.history;

import static org.radllama.text.Format.format;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.radllama.eval.report.Names;
import org.radllama.eval.report.Numbers;
import org.radllama.eval.score.statistics.ScoreKey;
import org.radllama.page.Columns;
import org.radllama.page.Table;

/** The tables of the page; the newest run stands first in each. */
final class HistoryTables {
  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** A difference of more keys is only counted. */
  private static final int MOST_CHANGES = 200;

  /** What was set or read otherwise, then other facts, then scores, the most changed first. */
  private static final Comparator<Change> BY_WEIGHT =
      Comparator.comparingInt(HistoryTables::part)
          .thenComparingDouble(c -> part(c) == 2 ? -Math.abs(c.difference().orElse(0)) : 0)
          .thenComparing(Change::key);

  private static int part(Change change) {
    return change.key().startsWith("score.")
        ? 2
        : change.key().matches("(configuration|input|versions)\\..*") ? 0 : 1;
  }

  /** Digits of a test set's hash on the page. */
  private static final int SHOWN_DIGEST = 8;

  /** Flags on the page; history.json has all. */
  private static final int MOST_FLAGS = 40;

  private final History history;
  private final List<PublishedRun> newest;
  private final Set<PublishedRun> shown;

  HistoryTables(History history, int mostRuns) {
    this.history = history;
    List<PublishedRun> runs = history.runs();
    this.newest = new ArrayList<>(runs.subList(Math.max(0, runs.size() - mostRuns), runs.size()));
    Collections.reverse(newest);
    this.shown = Collections.newSetFromMap(new IdentityHashMap<>());
    shown.addAll(newest);
  }

  /** The runs that are shown, the newest first. */
  List<PublishedRun> newest() {
    return newest;
  }

  private List<PublishedRun> newest(String job) {
    return newest.stream().filter(run -> run.job().equals(job)).toList();
  }

  /** Scores over time of the runs that are shown. */
  SortedMap<History.Curve, List<History.Measured>> series() {
    SortedMap<History.Curve, List<History.Measured>> series = history.series();
    series.values().forEach(measured -> measured.removeIf(m -> !shown.contains(m.run())));
    series.values().removeIf(List::isEmpty);
    return series;
  }

  static String minute(Instant time) {
    return MINUTE.format(time);
  }

  /** The corpus of a score. */
  static String where(ScoreKey key) {
    return key.corpus().dataset() + ", " + key.corpus().split();
  }

  /** The corpus of a curve, with its reports where runs scored several sets of them. */
  String where(History.Curve curve) {
    boolean several =
        history.series().keySet().stream()
            .filter(c -> c.key().corpus().equals(curve.key().corpus()))
            .anyMatch(c -> !c.whole().equals(curve.whole()));
    return where(curve.key()) + (several ? ", " + set(curve.whole()) : "");
  }

  /** The subset of a curve, with its reports where those differ although all reports do not. */
  String subset(History.Curve curve) {
    boolean several =
        history.series().keySet().stream()
            .filter(c -> c.key().corpus().equals(curve.key().corpus()))
            .filter(c -> c.key().subset().equals(curve.key().subset()))
            .filter(c -> c.whole().equals(curve.whole()))
            .anyMatch(c -> !c.reports().equals(curve.reports()));
    return curve.key().subset().label() + (several ? ", " + set(curve.reports()) : "");
  }

  private static String set(String hash) {
    return hash.isEmpty() ? "test set unknown" : "test set " + hash.substring(0, SHOWN_DIGEST);
  }

  Optional<Table> fallen(List<Flag> flags) {
    List<Flag.Fell> fallen = of(Flag.Fell.class, flags);
    String more =
        fallen.size() > MOST_FLAGS
            ? format("; the newest %d of %d", MOST_FLAGS, fallen.size())
            : "";
    return new Columns<Flag.Fell>()
        .add("Run", Flag.Fell::run)
        .add("System", f -> f.now().key().system())
        .add("On", f -> where(f.now().key()) + ", " + f.now().key().subset().label())
        .add("Score", f -> Names.of(f.now().key().metric()))
        .add("Now", f -> Numbers.score(f.now().mean()))
        .add("Before", f -> Change.text(f.then()))
        .add("Run before", Flag.Fell::before)
        .add("Dataset", f -> f.sameDataset() ? "same" : "another")
        .add("Signature", f -> f.sameSignature() ? "same" : "another")
        .tableOfAny(
            "Scores below the interval of the run before that scored the same reports; with another"
                + " signature the two do not measure the same"
                + more,
            fallen.subList(0, Math.min(fallen.size(), MOST_FLAGS)));
  }

  Optional<Table> otherDatasets(List<Flag> flags) {
    return new Columns<Flag.OtherDataset>()
        .add("Run", Flag.OtherDataset::run)
        .add("Model", Flag.OtherDataset::model)
        .add("Trained by", Flag.OtherDataset::training)
        .add("Trained on", Flag.OtherDataset::trainedOn)
        .add("Scored on", Flag.OtherDataset::scoredOn)
        .tableOfAny(
            "Models scored on another dataset than they were trained on: reports that count as clean"
                + " may have been trained on",
            of(Flag.OtherDataset.class, flags));
  }

  private static <F extends Flag> List<F> of(Class<F> kind, List<Flag> flags) {
    return flags.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  Table runs() {
    return new Columns<PublishedRun>()
        .add("Run", PublishedRun::id)
        .add("Job", PublishedRun::job)
        .add("Ended", run -> minute(run.end()))
        .add("Hours", run -> took(run.seconds()))
        .add("Result", HistoryTables::summary)
        .add("Version", fact("versions.radllama"))
        .table("The newest first", newest);
  }

  private static Function<PublishedRun, String> fact(String key) {
    return run -> run.fact(key);
  }

  private static String took(double seconds) {
    long s = Math.round(seconds);
    return format("%d:%02d:%02d", s / 3600, s % 3600 / 60, s % 60);
  }

  private static String summary(PublishedRun run) {
    return switch (run.job()) {
      case "ingest" -> run.fact("counts.read") + " reports read";
      case "tokenizer" -> run.fact("counts.tokens") + " tokens";
      case "train" -> run.fact("training.steps") + " steps";
      case "eval" ->
          "%s reports, %s systems".formatted(run.fact("counts.scored"), run.fact("counts.systems"));
      default -> "";
    };
  }

  Optional<Table> datasets() {
    return new Columns<PublishedRun>()
        .add("Run", PublishedRun::id)
        .add("Ended", run -> minute(run.end()))
        .add("Read", fact("counts.read"))
        .add("Train", fact("counts.train"))
        .add("Validate", fact("counts.validate"))
        .add("Test", fact("counts.test"))
        .add("Rejected", run -> sum(run, "counts.rejected."))
        .add("Duplicates", run -> sum(run, "counts.duplicates."))
        .add("Leaked validate", fact("leakage.validate"))
        .add("Leaked test", fact("leakage.test"))
        .tableOfAny(
            "Read = train + validate + test + rejected + duplicates; leaked: held-out reports with a"
                + " neighbour in train",
            newest("ingest"));
  }

  private static long sum(PublishedRun run, String prefix) {
    return run.facts().subMap(prefix, prefix + Character.MAX_VALUE).values().stream()
        .filter(value -> value.matches("[0-9]{1,18}"))
        .mapToLong(Long::parseLong)
        .sum();
  }

  Optional<Table> trainings() {
    return new Columns<PublishedRun>()
        .add("Run", PublishedRun::id)
        .add("Ended", run -> minute(run.end()))
        .add("Method", fact("configuration.method"))
        .add("Examples", fact("counts.train"))
        .add("Steps", fact("training.steps"))
        .add("Parameters", fact("training.parameters"))
        .add("Loss", run -> decimal(run.fact("training.loss")))
        .add("Validation loss", run -> decimal(run.fact("training.validation_loss")))
        .add("Dataset", run -> from(run, "dataset"))
        .add("Base", run -> from(run, "base-model"))
        .tableOfAny("Losses as the runs state them", newest("train"));
  }

  private static String decimal(String number) {
    return number.matches("-?[0-9.]+([eE][-+]?[0-9]+)?")
        ? Numbers.score(Double.parseDouble(number))
        : number;
  }

  /** Where an input came from: a run, or the beginning of its digest. */
  private String from(PublishedRun run, String input) {
    return history.lineage().of(run).stream()
        .filter(edge -> edge.input().name().equals(input))
        .findFirst()
        .map(Lineage.Edge::from)
        .orElse("");
  }

  /** The newest value of each system, and how it differs from the one before. */
  Table newestScores(String corpus) {
    SortedMap<String, SortedMap<String, List<History.Measured>>> rows = new TreeMap<>();
    Set<String> metrics = new TreeSet<>();
    series()
        .forEach(
            (curve, measured) -> {
              ScoreKey key = curve.key();
              if (corpus.equals(where(curve)) && !curve.isWhole()) {
                metrics.add(key.metric());
                rows.computeIfAbsent(
                        String.join("\u0000", key.subset().label(), curve.reports(), key.system()),
                        row -> new TreeMap<>())
                    .put(key.metric(), measured);
              }
            });
    Columns<SortedMap<String, List<History.Measured>>> columns =
        new Columns<SortedMap<String, List<History.Measured>>>()
            .add("System", row -> any(row).key().system())
            .add("Subset", row -> subset(any(row)))
            .add("Run", HistoryTables::newestRun);
    for (String metric : metrics) {
      columns.add(Names.of(metric), row -> newest(row.getOrDefault(metric, List.of())));
      columns.add(
          Names.of(metric) + ", change", row -> difference(row.getOrDefault(metric, List.of())));
    }
    return columns.table(
        "The newest scores, and how they differ from those before; a subset that is all reports is"
            + " left out. What changed most stands first",
        rows.values().stream()
            .sorted(Comparator.comparingDouble(row -> -mostChanged(row)))
            .toList());
  }

  private static double mostChanged(SortedMap<String, List<History.Measured>> row) {
    return row.values().stream().mapToDouble(m -> Math.abs(change(m).orElse(0))).max().orElse(0);
  }

  private static OptionalDouble change(List<History.Measured> measured) {
    int n = measured.size();
    return n < 2 || !measured.get(0).curve().isKnown()
        ? OptionalDouble.empty()
        : OptionalDouble.of(
            measured.get(n - 1).score().mean() - measured.get(n - 2).score().mean());
  }

  private static History.Curve any(SortedMap<String, List<History.Measured>> row) {
    return row.get(row.firstKey()).get(0).curve();
  }

  private static String newestRun(SortedMap<String, List<History.Measured>> row) {
    return row.values().stream()
        .map(measured -> measured.get(measured.size() - 1).run())
        .max(Comparator.comparing(PublishedRun::end))
        .map(PublishedRun::id)
        .orElse("");
  }

  private static String newest(List<History.Measured> measured) {
    return measured.isEmpty() ? "" : Change.text(measured.get(measured.size() - 1).score());
  }

  private static String difference(List<History.Measured> measured) {
    OptionalDouble change = change(measured);
    return change.isPresent() ? Numbers.difference(change.getAsDouble()) : "";
  }

  Table changes(History.Pair pair) {
    List<Change> all = Change.between(pair.before(), pair.after());
    String counted =
        all.size() > MOST_CHANGES
            ? format("%d of %d differences", MOST_CHANGES, all.size())
            : format("%d differences", all.size());
    return new Columns<Change>()
        .add("Key", Change::key)
        .add(pair.before().id(), Change::before)
        .add(pair.after().id(), Change::after)
        .add("Difference", HistoryTables::difference)
        .table(
            "%s, %s: then %s, %s"
                .formatted(pair.after().job(), pair.before().id(), pair.after().id(), counted),
            all.stream().sorted(BY_WEIGHT).limit(MOST_CHANGES).toList());
  }

  /** Without the zeros that say nothing. */
  private static String difference(Change change) {
    if (change.difference().isEmpty()) {
      return "";
    }
    String number = format("%+.6g", change.difference().getAsDouble());
    return number.contains(".") && !number.contains("e")
        ? number.replaceAll("0+$", "").replaceAll("\\.$", "")
        : number;
  }

  Optional<Table> lineage() {
    return new Columns<Lineage.Edge>()
        .add("Run", edge -> edge.run().id())
        .add("Job", edge -> edge.run().job())
        .add("Read", edge -> edge.input().name())
        .add("From", Lineage.Edge::from)
        .tableOfAny(
            "By the hash over the files that were read, so a renamed run is found and a changed one"
                + " is not",
            newest.stream().flatMap(run -> history.lineage().of(run).stream()).toList());
  }

  Optional<Table> setAside() {
    return new Columns<SetAside>()
        .add("Folder", SetAside::folder)
        .add("Why", aside -> aside.problem().meaning())
        .tableOfAny("They count as no runs", history.setAside());
  }
}
