package org.radllama.eval.history;

import static org.radllama.text.Format.format;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.radllama.eval.report.Names;
import org.radllama.eval.score.statistics.ScoreKey;
import org.radllama.page.Page;
import org.radllama.page.Table;
import org.radllama.page.TimeChart;
import org.radllama.run.Json;
import org.radllama.text.Resources;

/** {@code report.html}: what a directory of runs holds, and how its scores went. */
public final class HistoryPage {
  /** A page has six colours. */
  private static final int MOST_CURVES = 6;

  /** The score that ranks systems is the one whose charts are seen at once. */
  private static final String FIRST = "rougeL_";

  private static final int MOST_LINKS = 12;

  private static final Map<String, String> PAGES =
      Map.of("ingest", "card.html", "train", "training.html", "eval", "report.html");

  private static final String SCRIPT = Resources.text(HistoryPage.class, "compare.js");

  private final History history;
  private final List<Flag> flags;
  private final Shown shown;
  private final HistoryTables tables;
  private final Page page;

  /**
   * What is on the page.
   *
   * @param title of it
   * @param compare two runs whose differences come first
   * @param mostRuns so many of the newest runs are shown; at least 2
   * @param changes so many of the newest consecutive pairs of each job are compared
   * @param settings the effective configuration, for its last section
   */
  public record Shown(
      String title,
      Optional<History.Pair> compare,
      int mostRuns,
      int changes,
      ObjectNode settings) {}

  private HistoryPage(History history, List<Flag> flags, Shown shown) {
    this.history = history;
    this.flags = flags;
    this.shown = shown;
    this.tables = new HistoryTables(history, shown.mostRuns());
    this.page = new Page(shown.title());
  }

  /** The page; the same bytes for the same history. */
  public static String html(History history, List<Flag> flags, Shown shown) {
    return new HistoryPage(history, flags, shown).write();
  }

  private String write() {
    page.paragraph(introduction());
    shown
        .compare()
        .ifPresent(
            pair -> {
              page.heading("%s against %s".formatted(pair.after().id(), pair.before().id()));
              page.table(tables.changes(pair));
            });
    looks();
    whatChanged();
    scores();
    page.heading("Runs").table(tables.runs());
    page.links("Pages of the newest runs, where this page lies beside them:", links());
    tables.datasets().ifPresent(table -> page.heading("Datasets").table(table));
    tables.trainings().ifPresent(table -> page.heading("Trainings").table(table));
    tables
        .lineage()
        .ifPresent(
            table ->
                page.heading("Which run was made from which")
                    .folded("The runs that each run read", List.of(table)));
    tables.setAside().ifPresent(table -> page.heading("Other folders").table(table));
    page.preformatted("Settings of this page", Json.text(shown.settings()));
    return page.html();
  }

  private String introduction() {
    int runs = history.runs().size();
    String newest =
        runs > shown.mostRuns()
            ? "The newest %d are shown; history.json and the CSV files have all. "
            : "";
    return format("%d published runs, %d other folders. ", runs, history.setAside().size())
        + format(newest, shown.mostRuns())
        + "Runs are in the order in which they ended; times are UTC. Scores are held against each"
        + " other only where the same reports with the same references were scored."
        + format(
            history.withoutTestSets() > 0
                ? " %d evaluations do not say which reports they scored and stand apart."
                : "",
            history.withoutTestSets());
  }

  /** Each job has a page of its own. */
  private List<Page.Link> links() {
    List<Page.Link> links = new ArrayList<>();
    for (PublishedRun run : tables.newest()) {
      String file = PAGES.get(run.job());
      if (file != null && links.size() < MOST_LINKS) {
        links.add(new Page.Link(run.id(), "../" + run.id() + "/" + file));
      }
    }
    return links;
  }

  private void looks() {
    page.heading("To look at");
    if (flags.isEmpty()) {
      page.paragraph(
          "Nothing: no score lies below the interval of the run before on the same reports, and no model was scored on"
              + " another dataset than it was trained on.");
    }
    tables.fallen(flags).ifPresent(page::table);
    tables.otherDatasets(flags).ifPresent(page::table);
  }

  /** A table of the newest values and charts, for each corpus. */
  private void scores() {
    Map<String, SortedMap<History.Curve, List<TimeChart.Series>>> corpora = new LinkedHashMap<>();
    tables
        .series()
        .forEach(
            (curve, measured) -> {
              ScoreKey key = curve.key();
              corpora
                  .computeIfAbsent(tables.where(curve), corpus -> new TreeMap<>())
                  // The same key for all systems, whose curves share a chart.
                  .computeIfAbsent(
                      new History.Curve(
                          new ScoreKey("", key.corpus(), key.subset(), key.metric()),
                          curve.whole(),
                          curve.reports()),
                      chart -> new ArrayList<>())
                  .add(curve(key.system(), measured));
            });
    corpora.forEach(
        (corpus, charts) -> {
          page.heading("Scores over time: " + corpus);
          if (!charts.firstKey().isKnown()) {
            page.paragraph(
                "These runs do not say which reports they scored, so nothing tells whether their"
                    + " scores compare: no differences are shown, and none is looked at.");
          }
          page.table(tables.newestScores(corpus));
          charts.forEach(
              (curve, series) -> {
                // One value each is no curve, and stands in the table.
                if (!curve.isWhole() && series.stream().anyMatch(s -> s.points().size() > 1)) {
                  chart(curve, series);
                }
              });
        });
  }

  private static TimeChart.Series curve(String system, List<History.Measured> measured) {
    return new TimeChart.Series(
        system,
        measured.stream()
            .map(
                m ->
                    new TimeChart.Point(
                        m.run().end(), m.score().mean(), m.score().low(), m.score().high()))
            .toList());
  }

  private void chart(History.Curve curve, List<TimeChart.Series> series) {
    ScoreKey of = curve.key();
    String left =
        series.size() > MOST_CURVES
            ? format(" (%d of %d systems)", MOST_CURVES, series.size())
            : "";
    String caption =
        "%s on %s reports of %s, with intervals%s"
            .formatted(Names.of(of.metric()), tables.subset(curve), tables.where(curve), left);
    String svg = TimeChart.svg(Names.of(of.metric()), newestFirst(series));
    if (of.metric().startsWith(FIRST)) {
      page.figure(caption, svg);
    } else {
      page.foldedFigure("Chart: " + caption, caption, svg);
    }
  }

  /** Systems that were measured last are still of interest; the others give way. */
  private static List<TimeChart.Series> newestFirst(List<TimeChart.Series> series) {
    return series.stream()
        .sorted(Comparator.comparing(HistoryPage::last).reversed())
        .limit(MOST_CURVES)
        .toList();
  }

  private static Instant last(TimeChart.Series series) {
    return series.points().get(series.points().size() - 1).time();
  }

  private void whatChanged() {
    page.heading("What changed");
    List<PublishedRun> newest = tables.newest();
    if (newest.size() > 1) {
      page.paragraph("Any two runs:");
      page.script("runs-data", data(newest), SCRIPT);
    }
    List<History.Pair> pairs = history.consecutive(shown.changes());
    if (pairs.isEmpty()) {
      page.paragraph("No job has run twice.");
    }
    pairs.forEach(
        pair -> {
          Table changes = tables.changes(pair);
          page.folded(changes.caption(), List.of(changes));
        });
  }

  /** What the script compares: the newest run first. */
  private static ArrayNode data(List<PublishedRun> newest) {
    ArrayNode data = Json.mapper().createArrayNode();
    for (PublishedRun run : newest) {
      ObjectNode node = data.addObject();
      node.put("id", run.id()).put("job", run.job()).put("end", HistoryTables.minute(run.end()));
      Change.comparable(run).forEach(node.putObject("of")::put);
      Change.reports(run).forEach(node.putObject("reports")::put);
    }
    return data;
  }
}
