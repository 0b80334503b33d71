package org.radllama.eval.history;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.radllama.eval.report.Names;
import org.radllama.ingest.page.Table;

/** The tables of the page; the newest run stands first in each. */
final class HistoryTables {
  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** A difference of more keys is told by its number. */
  private static final int MOST_CHANGES = 200;

  private final History history;
  private final List<PublishedRun> newest;
  private final Set<PublishedRun> shown;

  HistoryTables(History history, int mostRuns) {
    this.history = history;
    List<PublishedRun> runs = history.runs();
    this.newest = new ArrayList<>(runs.subList(Math.max(0, runs.size() - mostRuns), runs.size()));
    Collections.reverse(newest);
    this.shown = Collections.newSetFromMap(new java.util.IdentityHashMap<>());
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
  SortedMap<Score.Place, List<History.Measured>> series() {
    SortedMap<Score.Place, List<History.Measured>> series = new TreeMap<>();
    history
        .series()
        .forEach(
            (place, all) -> {
              List<History.Measured> kept =
                  all.stream().filter(m -> shown.contains(m.run())).toList();
              if (!kept.isEmpty()) {
                series.put(place, kept);
              }
            });
    return series;
  }

  static String minute(Instant time) {
    return MINUTE.format(time);
  }

  Table flags(List<Flag> flags) {
    List<List<String>> rows =
        flags.stream()
            .map(
                f ->
                    List.of(
                        f.run(),
                        f.kind() == Flag.Kind.FELL ? "score fell" : "other dataset",
                        f.what(),
                        f.detail()))
            .toList();
    return new Table(
        "Scores below the interval of the run before, models scored on another dataset than their"
            + " own",
        List.of("Run", "What", "Of", "Seen"),
        rows);
  }

  Table runs() {
    List<List<String>> rows =
        newest.stream()
            .map(
                run ->
                    List.of(
                        run.id(),
                        run.job(),
                        minute(run.end()),
                        took(run.seconds()),
                        summary(run),
                        run.fact("versions.radllama")))
            .toList();
    return new Table(
        "The newest first", List.of("Run", "Job", "Ended", "Took", "Result", "Version"), rows);
  }

  private static String took(double seconds) {
    long s = Math.round(seconds);
    return s < 60
        ? s + " s"
        : s < 3600
            ? "%d min %02d s".formatted(s / 60, s % 60)
            : "%d h %02d min".formatted(s / 3600, s % 3600 / 60);
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
    List<List<String>> rows = new ArrayList<>();
    for (PublishedRun run : newest("ingest")) {
      long rejected = sum(run, "counts.rejected.");
      rows.add(
          List.of(
              run.id(),
              minute(run.end()),
              run.fact("counts.read"),
              run.fact("counts.train"),
              run.fact("counts.validate"),
              run.fact("counts.test"),
              "" + rejected,
              "" + sum(run, "counts.duplicates."),
              run.fact("leakage.validate"),
              run.fact("leakage.test")));
    }
    return table(
        "Read = train + validate + test + rejected + duplicates; leaked: held-out reports with a"
            + " neighbour in train",
        List.of(
            "Run",
            "Ended",
            "Read",
            "Train",
            "Validate",
            "Test",
            "Rejected",
            "Duplicates",
            "Leaked validate",
            "Leaked test"),
        rows);
  }

  private static long sum(PublishedRun run, String prefix) {
    return run.facts().subMap(prefix, prefix + Character.MAX_VALUE).values().stream()
        .filter(value -> value.matches("[0-9]{1,18}"))
        .mapToLong(Long::parseLong)
        .sum();
  }

  Optional<Table> trainings() {
    List<List<String>> rows = new ArrayList<>();
    for (PublishedRun run : newest("train")) {
      rows.add(
          List.of(
              run.id(),
              minute(run.end()),
              run.fact("configuration.method"),
              run.fact("counts.train"),
              run.fact("training.steps"),
              run.fact("training.parameters"),
              decimal(run.fact("training.loss")),
              decimal(run.fact("training.validation_loss")),
              from(run, "dataset"),
              from(run, "base-model")));
    }
    return table(
        "Loss: the mean of the last epoch's steps as the run states it",
        List.of(
            "Run",
            "Ended",
            "Method",
            "Examples",
            "Steps",
            "Parameters",
            "Loss",
            "Validation loss",
            "Dataset",
            "Base"),
        rows);
  }

  private static String decimal(String number) {
    return number.matches("-?[0-9.]+([eE][-+]?[0-9]+)?")
        ? String.format(Locale.ROOT, "%.4f", Double.parseDouble(number))
        : number;
  }

  private static Optional<Table> table(
      String caption, List<String> header, List<List<String>> rows) {
    return rows.isEmpty() ? Optional.empty() : Optional.of(new Table(caption, header, rows));
  }

  /** Where an input came from: a run, or the beginning of its digest. */
  private String from(PublishedRun run, String input) {
    return history.lineage().of(run).stream()
        .filter(edge -> edge.input().name().equals(input))
        .findFirst()
        .map(HistoryTables::from)
        .orElse("");
  }

  private static String from(Lineage.Edge edge) {
    return edge.origins().isEmpty()
        ? "elsewhere (" + edge.input().sha256().substring(0, 12) + ")"
        : edge.origins().stream().map(Lineage.Origin::text).collect(Collectors.joining(", "));
  }

  /** The newest value of each system, and how it differs from the one before. */
  Table newestScores(String corpus) {
    SortedMap<String, SortedMap<String, List<History.Measured>>> bySystem = new TreeMap<>();
    Set<String> columns = new TreeSet<>();
    series()
        .forEach(
            (place, measured) -> {
              if (corpus.equals(place.dataset() + ", " + place.split())) {
                String column = Names.of(place.metric()) + " " + place.subset();
                columns.add(column);
                bySystem
                    .computeIfAbsent(place.system(), system -> new TreeMap<>())
                    .put(column, measured);
              }
            });
    List<String> header = new ArrayList<>(List.of("System", "Run"));
    for (String column : columns) {
      header.add(column);
      header.add("before");
    }
    List<List<String>> rows = new ArrayList<>();
    bySystem.forEach((system, scores) -> rows.add(newestRow(system, columns, scores)));
    return new Table("The newest scores, and how they differ from those before", header, rows);
  }

  private static List<String> newestRow(
      String system, Set<String> columns, SortedMap<String, List<History.Measured>> scores) {
    List<String> row = new ArrayList<>(List.of(system));
    row.add(
        scores.values().stream()
            .map(measured -> measured.get(measured.size() - 1).run())
            .max((a, b) -> a.end().compareTo(b.end()))
            .map(PublishedRun::id)
            .orElse(""));
    for (String column : columns) {
      List<History.Measured> measured = scores.getOrDefault(column, List.of());
      int n = measured.size();
      row.add(n == 0 ? "" : Change.text(measured.get(n - 1).score()));
      row.add(
          n < 2
              ? ""
              : String.format(
                  Locale.ROOT,
                  "%+.4f",
                  measured.get(n - 1).score().mean() - measured.get(n - 2).score().mean()));
    }
    return row;
  }

  Table changes(History.Pair pair) {
    List<Change> all = Change.between(pair.before(), pair.after());
    List<List<String>> rows = new ArrayList<>();
    for (Change change : all.subList(0, Math.min(all.size(), MOST_CHANGES))) {
      String difference =
          change.difference().isPresent()
              ? String.format(Locale.ROOT, "%+.6g", change.difference().getAsDouble())
              : "";
      rows.add(List.of(change.key(), change.before(), change.after(), plain(difference)));
    }
    String caption =
        "%s, %s: ".formatted(pair.after().job(), pair.before().id())
            + "then %s, ".formatted(pair.after().id())
            + (all.size() > MOST_CHANGES
                ? "%d of %d differences".formatted(MOST_CHANGES, all.size())
                : "%d differences".formatted(all.size()));
    return new Table(
        caption, List.of("Key", pair.before().id(), pair.after().id(), "Difference"), rows);
  }

  /** Without the zeros that say nothing. */
  private static String plain(String number) {
    return number.contains(".") && !number.contains("e")
        ? number.replaceAll("0+$", "").replaceAll("\\.$", "")
        : number;
  }

  Optional<Table> lineage() {
    List<List<String>> rows = new ArrayList<>();
    for (PublishedRun run : newest) {
      for (Lineage.Edge edge : history.lineage().of(run)) {
        rows.add(List.of(run.id(), run.job(), edge.input().name(), from(edge)));
      }
    }
    return table(
        "By the hash over the files that were read, so a renamed run is found and a changed one is"
            + " not",
        List.of("Run", "Job", "Read", "From"),
        rows);
  }

  Optional<Table> setAside() {
    return table(
        "They count as no runs",
        List.of("Folder", "Why"),
        history.setAside().stream().map(s -> List.of(s.folder(), s.problem().meaning())).toList());
  }
}
