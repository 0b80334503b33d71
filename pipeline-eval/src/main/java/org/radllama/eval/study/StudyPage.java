package org.radllama.eval.study;

import static org.radllama.text.Format.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.radllama.eval.score.statistics.Bootstrap;
import org.radllama.eval.study.StudyStatistics.Agreement;
import org.radllama.eval.study.StudyStatistics.Comparison;
import org.radllama.eval.study.StudyStatistics.Kappa;
import org.radllama.eval.study.StudyStatistics.Mean;
import org.radllama.eval.study.StudyStatistics.Preference;
import org.radllama.eval.study.StudyStatistics.Repeat;
import org.radllama.page.Charts;
import org.radllama.page.Columns;
import org.radllama.page.Page;
import org.radllama.page.Shares;
import org.radllama.page.Table;
import org.radllama.run.Json;

/** {@code report.html} of a study: numbers only, no word of reports or comments. */
public final class StudyPage {
  private static final int MOST_RATING = 5;

  private final Unblinded study;
  private final StudyStatistics statistics;
  private final Bootstrap bootstrap;

  /** A page of these results. */
  public StudyPage(Unblinded study, StudyStatistics statistics, Bootstrap bootstrap) {
    this.study = study;
    this.statistics = statistics;
    this.bootstrap = bootstrap;
  }

  /**
   * The whole document.
   *
   * @param manifest the run's, without its outputs, of which this page is one
   */
  public String html(ObjectNode manifest) {
    Page page = new Page("Reader study " + manifest.path("run_id").asText());
    page.facts(facts());
    page.links(
        "Files of this run:",
        List.of(
            new Page.Link("study.json", "study.json"),
            new Page.Link("ratings.csv (with comments)", "ratings.csv"),
            new Page.Link("manifest.json", "manifest.json")));
    page.table(returned());
    means(page);
    preferences(page);
    agreement(page);
    comparisons(page);
    page.preformatted("The run's manifest, with all settings", Json.text(manifest));
    return page.html();
  }

  private Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("Study", study.key().digest());
    facts.put("Systems", String.join(", ", study.key().systems()));
    facts.put("Reports", Integer.toString(study.key().reports().size()));
    facts.put("Strata", strata());
    facts.put(
        "Ratings",
        format(
            "%d asked for, %d given, %d missing", study.packed(), study.rated(), study.missing()));
    return facts;
  }

  private String strata() {
    return study.key().reports().stream()
        .collect(
            Collectors.groupingBy(StudyKey.Report::stratum, TreeMap::new, Collectors.counting()))
        .entrySet()
        .stream()
        .map(e -> e.getKey() + ": " + e.getValue())
        .collect(Collectors.joining(", "));
  }

  private Table returned() {
    JsonNode readers = StudyJson.of(study, statistics).path("readers");
    return new Columns<String>()
        .add("Reader", reader -> reader)
        .add("Returned", r -> readers.path(r).path("returned").asBoolean() ? "yes" : "no")
        .add("Impressions", r -> readers.path(r).path("items").asText())
        .add("Ratings", r -> readers.path(r).path("packed").asText())
        .add("given", r -> readers.path(r).path("rated").asText())
        .add("missing", r -> readers.path(r).path("missing").asText())
        .add("Comments", r -> readers.path(r).path("comments").asText())
        .table(
            "What came back. Comments stand in ratings.csv alone.",
            study.key().readers().stream().map(StudyKey.Reader::name).toList());
  }

  private void means(Page page) {
    page.heading("Ratings");
    Columns<String> columns = new Columns<String>().add("System", system -> system);
    for (Dimension dimension : Dimension.values()) {
      columns.add(dimension.title(), system -> interval(mean(system, dimension)));
    }
    page.table(
        columns.table(
            format(
                "Mean of 1 (worst) to 5 (best) with %s bootstrap interval over reports (%d samples, seed %d); first showings only",
                percent(bootstrap.confidence()), bootstrap.samples(), bootstrap.seed()),
            study.key().systems()));
    for (Dimension dimension : Dimension.values()) {
      List<Mean> of = statistics.means().stream().filter(m -> m.dimension() == dimension).toList();
      List<String> anchors = dimension.wording().anchors();
      page.figure(
          "%s: mean rating, whiskers: bootstrap interval. %s"
              .formatted(dimension.title(), dimension.wording().definition()),
          Charts.bars(
              dimension.title(),
              of.stream()
                  .map(m -> new Charts.Bar(m.system(), orZero(m.value()), m.low(), m.high()))
                  .toList(),
              MOST_RATING));
      page.figure(
          "%s: how often each step was given, 1: %s; 5: %s"
              .formatted(dimension.title(), anchors.get(0), anchors.get(4)),
          Shares.svg(
              "Ratings of " + dimension.title(),
              List.of("1", "2", "3", "4", "5"),
              of.stream().map(m -> new Shares.Whole(m.system(), m.counts())).toList()));
    }
  }

  private Mean mean(String system, Dimension dimension) {
    return statistics.means().stream()
        .filter(m -> m.system().equals(system) && m.dimension() == dimension)
        .findFirst()
        .orElseThrow();
  }

  private void preferences(Page page) {
    page.heading("Preference");
    page.table(
        new Columns<Preference>()
            .add("System", Preference::system)
            .add("Share of votes", p -> interval(p.share(), p.low(), p.high()))
            .add("alone", Preference::alone)
            .add("with others", Preference::shared)
            .add("n", Preference::votes)
            .table(
                "How often each is the best impression; where several are ticked, each has its part of the vote",
                statistics.preferences()));
    page.figure(
        "Share of votes, whiskers: bootstrap interval",
        Charts.bars(
            "Share of votes", statistics.preferences().stream().map(StudyPage::bar).toList(), 1));
  }

  private static Charts.Bar bar(Preference p) {
    return new Charts.Bar(p.system(), orZero(p.share()), p.low(), p.high());
  }

  private void agreement(Page page) {
    page.heading("Agreement");
    page.table(
        new Columns<Agreement>()
            .add("Dimension", a -> a.dimension().title())
            .add("alpha", a -> number(a.alpha()))
            .add("n", Agreement::units)
            .add("ICC(2,1)", a -> interval(a.icc().value(), a.icc().low(), a.icc().high()))
            .add("n complete", a -> a.icc().targets())
            .table(
                format(
                    "Between readers, one unit an impression: Krippendorff's alpha (ordinal) over all with two ratings or more; ICC(2,1) with %s interval over those that all %d readers rated",
                    percent(bootstrap.confidence()), study.returned().size()),
                statistics.agreements()));
    page.table(kappas());
    page.table(
        new Columns<Repeat>()
            .add("Reader", Repeat::reader)
            .add("Dimension", r -> r.dimension().title())
            .add("equal", r -> number(r.same()))
            .add("mean distance", r -> number(r.difference()))
            .add("kappa", r -> number(r.kappa()))
            .add("n", Repeat::units)
            .table("Readers with themselves, on reports shown twice", statistics.repeats()));
  }

  private Table kappas() {
    List<Map.Entry<Dimension, Kappa>> kappas = new ArrayList<>();
    statistics
        .agreements()
        .forEach(a -> a.kappas().forEach(k -> kappas.add(Map.entry(a.dimension(), k))));
    return new Columns<Map.Entry<Dimension, Kappa>>()
        .add("Dimension", e -> e.getKey().title())
        .add("Reader", e -> e.getValue().a())
        .add("and", e -> e.getValue().b())
        .add("kappa", e -> number(e.getValue().value()))
        .add("n", e -> e.getValue().units())
        .table("Quadratic weighted kappa of every two readers", kappas);
  }

  private void comparisons(Page page) {
    page.heading("Differences");
    page.table(
        new Columns<Comparison>()
            .add("Dimension", c -> c.dimension().title())
            .add("System", Comparison::a)
            .add("against", Comparison::b)
            .add("Difference", c -> orEmpty("%+.2f", c.difference()))
            .add("n", c -> c.test().n())
            .add("p", c -> orEmpty("%.4f", c.test().p()))
            .add("p (Holm)", c -> orEmpty("%.4f", c.holm()))
            .table(
                "Wilcoxon's signed-rank test over reports, two-sided; Holm's correction over the whole table. n: reports, without those that do not differ",
                statistics.comparisons()));
  }

  private static String interval(Mean mean) {
    return interval(mean.value(), mean.low(), mean.high());
  }

  private static String interval(double value, double low, double high) {
    return Double.isNaN(value) || Double.isNaN(low)
        ? number(value)
        : format("%.2f [%.2f,\u00a0%.2f]", value, low, high);
  }

  private static String number(double value) {
    return orEmpty("%.3f", value);
  }

  private static String orEmpty(String format, double value) {
    return Double.isNaN(value) ? "" : format(format, value);
  }

  private static String percent(double share) {
    return format("%.0f %%", share * 100);
  }

  private static double orZero(double value) {
    return Double.isNaN(value) ? 0 : value;
  }
}
