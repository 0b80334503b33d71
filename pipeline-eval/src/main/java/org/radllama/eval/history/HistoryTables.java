package org.radllama.eval.history;

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
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.radllama.eval.report.Names;
import org.radllama.page.Table;

/** The tables of the page; the newest run stands first in each. */
final class HistoryTables {
  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** A difference of more keys is told by its number. */
  private static final int MOST_CHANGES = 200;

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

  Optional<Table> fallen(List<Flag> flags) {
    List<List<String>> rows = new ArrayList<>();
    for (Flag flag : flags) {
      if (flag instanceof Flag.Fell fell) {
        Score.Place place = fell.now().place();
        rows.add(
            List.of(
                fell.run(),
                place.system(),
                place.dataset() + ", " + place.split() + ", " + place.subset(),
                Names.of(place.metric()),
                String.format(Locale.ROOT, "%.4f", fell.now().mean()),
                Change.text(fell.then()),
                fell.before(),
                fell.sameDataset() ? "same" : "another",
                fell.sameSignature() ? "same" : "another"));
      }
    }
    String more =
        rows.size() > MOST_FLAGS ? "; the newest %d of %d".formatted(MOST_FLAGS, rows.size()) : "";
    return table(
        "Scores below the interval of the run before; with another dataset or signature the two do"
            + " not measure the same"
            + more,
        List.of(
            "Run", "System", "On", "Score", "Now", "Before", "Run before", "Dataset", "Signature"),
        rows.subList(0, Math.min(rows.size(), MOST_FLAGS)));
  }

  Optional<Table> otherDatasets(List<Flag> flags) {
    List<List<String>> rows = new ArrayList<>();
    for (Flag flag : flags) {
      if (flag instanceof Flag.OtherDataset other) {
        rows.add(
            List.of(
                other.run(), other.model(), other.training(), other.trainedOn(), other.scoredOn()));
      }
    }
    return table(
        "Models scored on another dataset than they were trained on: reports that count as clean may"
            + " have been trained on",
        List.of("Run", "Model", "Trained by", "Trained on", "Scored on"),
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
        "The newest first", List.of("Run", "Job", "Ended", "Hours", "Result", "Version"), rows);
  }

  private static String took(double seconds) {
    long s = Math.round(seconds);
    return "%d:%02d:%02d".formatted(s / 3600, s % 3600 / 60, s % 60);
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
        "Losses as the runs state them",
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
    SortedMap<String, SortedMap<String, List<History.Measured>>> byRow = new TreeMap<>();
    SortedMap<String, List<String>> heads = new TreeMap<>();
    Set<String> metrics = new TreeSet<>();
    series()
        .forEach(
            (place, measured) -> {
              if (corpus.equals(place.dataset() + ", " + place.split())) {
                String row = place.subset() + "\u0000" + place.system();
                heads.put(row, List.of(place.system(), place.subset()));
                metrics.add(place.metric());
                byRow.computeIfAbsent(row, key -> new TreeMap<>()).put(place.metric(), measured);
              }
            });
    List<String> header = new ArrayList<>(List.of("System", "Subset", "Run"));
    for (String metric : metrics) {
      header.add(Names.of(metric));
      header.add("to before");
    }
    List<List<String>> rows = new ArrayList<>();
    byRow.forEach((row, scores) -> rows.add(newestRow(heads.get(row), metrics, scores)));
    return new Table("The newest scores, and how they differ from those before", header, rows);
  }

  private static List<String> newestRow(
      List<String> head, Set<String> metrics, SortedMap<String, List<History.Measured>> scores) {
    List<String> row = new ArrayList<>(head);
    row.add(
        scores.values().stream()
            .map(measured -> measured.get(measured.size() - 1).run())
            .max(Comparator.comparing(PublishedRun::end))
            .map(PublishedRun::id)
            .orElse(""));
    for (String metric : metrics) {
      List<History.Measured> measured = scores.getOrDefault(metric, List.of());
      int n = measured.size();
      row.add(n == 0 ? "" : Change.text(measured.get(n - 1).score()));
      row.add(n < 2 ? "" : difference(measured.get(n - 2).score(), measured.get(n - 1).score()));
    }
    return row;
  }

  private static String difference(Score before, Score now) {
    return String.format(Locale.ROOT, "%+.4f", now.mean() - before.mean());
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
