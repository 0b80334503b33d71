package org.radllama.eval.study;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
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
import org.radllama.page.Page;
import org.radllama.page.Shares;
import org.radllama.page.Table;
import org.radllama.run.Json;

/** {@code report.html} of a study: numbers only, no word of reports or comments. */
public final class StudyPage {
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
    page.table(returned());
    means(page);
    preferences(page);
    agreement(page);
    comparisons(page);
    page.heading("The run's manifest").preformatted(Json.text(manifest));
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
        "%d asked for, %d given, %d missing"
            .formatted(study.packed(), study.rated(), study.missing()));
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
    List<List<String>> rows = new ArrayList<>();
    var readers = StudyJson.of(study, statistics).path("readers");
    for (StudyKey.Reader reader : study.key().readers()) {
      var of = readers.path(reader.name());
      rows.add(
          List.of(
              reader.name(),
              of.path("returned").asBoolean() ? "yes" : "no",
              of.path("items").asText(),
              of.path("packed").asText(),
              of.path("rated").asText(),
              of.path("missing").asText(),
              of.path("comments").asText()));
    }
    return new Table(
        "What came back. Comments stand in ratings.csv alone.",
        List.of("Reader", "Returned", "Impressions", "Ratings", "given", "missing", "Comments"),
        rows);
  }

  private void means(Page page) {
    page.heading("Ratings");
    List<String> header = new ArrayList<>(List.of("System"));
    for (Dimension dimension : Dimension.values()) {
      header.add(dimension.title());
    }
    List<List<String>> rows = new ArrayList<>();
    for (String system : study.key().systems()) {
      List<String> row = new ArrayList<>(List.of(system));
      of(system).forEach(m -> row.add(interval(m.value(), m.low(), m.high())));
      rows.add(row);
    }
    page.table(
        new Table(
            "Mean of 1 (worst) to 5 (best) with %s bootstrap interval over reports (%d samples, seed %d); first showings only"
                .formatted(percent(bootstrap.confidence()), bootstrap.samples(), bootstrap.seed()),
            header,
            rows));
    for (Dimension dimension : Dimension.values()) {
      List<Mean> of = statistics.means().stream().filter(m -> m.dimension() == dimension).toList();
      page.figure(
          "%s: mean rating, whiskers: bootstrap interval. %s"
              .formatted(dimension.title(), dimension.definition()),
          Charts.bars(
              dimension.title(),
              of.stream()
                  .map(m -> new Charts.Bar(m.system(), orZero(m.value()), m.low(), m.high()))
                  .toList()));
      page.figure(
          "%s: how often each step was given, 1: %s; 5: %s"
              .formatted(dimension.title(), dimension.anchors().get(0), dimension.anchors().get(4)),
          Shares.svg(
              "Ratings of " + dimension.title(),
              List.of("1", "2", "3", "4", "5"),
              of.stream().map(m -> new Shares.Whole(m.system(), m.counts())).toList()));
    }
  }

  private List<Mean> of(String system) {
    return statistics.means().stream().filter(m -> m.system().equals(system)).toList();
  }

  private void preferences(Page page) {
    page.heading("Preference");
    page.table(
        new Table(
            "How often each is the best impression; where several are ticked, each has its part of the vote",
            List.of("System", "Share of votes", "alone", "with others", "n"),
            statistics.preferences().stream()
                .map(
                    p ->
                        List.of(
                            p.system(),
                            interval(p.share(), p.low(), p.high()),
                            Integer.toString(p.alone()),
                            Integer.toString(p.shared()),
                            Integer.toString(p.votes())))
                .toList()));
    page.figure(
        "Share of votes, whiskers: bootstrap interval",
        Charts.bars(
            "Share of votes", statistics.preferences().stream().map(StudyPage::bar).toList()));
  }

  private static Charts.Bar bar(Preference p) {
    return new Charts.Bar(p.system(), orZero(p.share()), p.low(), p.high());
  }

  private void agreement(Page page) {
    page.heading("Agreement");
    page.table(
        new Table(
            "Between readers, one unit an impression: Krippendorff's alpha (ordinal) over all with two ratings or more; ICC(2,1) with %s interval over those that all %d readers rated"
                .formatted(percent(bootstrap.confidence()), study.returned().size()),
            List.of("Dimension", "alpha", "n", "ICC(2,1)", "n complete"),
            statistics.agreements().stream().map(StudyPage::agreement).toList()));
    List<List<String>> kappas = new ArrayList<>();
    for (Agreement agreement : statistics.agreements()) {
      for (Kappa kappa : agreement.kappas()) {
        kappas.add(
            List.of(
                agreement.dimension().title(),
                kappa.a(),
                kappa.b(),
                number(kappa.value()),
                Integer.toString(kappa.units())));
      }
    }
    page.table(
        new Table(
            "Quadratic weighted kappa of every two readers",
            List.of("Dimension", "Reader", "and", "kappa", "n"),
            kappas));
    page.table(
        new Table(
            "Readers with themselves, on reports shown twice",
            List.of("Reader", "Dimension", "equal", "mean distance", "kappa", "n"),
            statistics.repeats().stream().map(StudyPage::repeat).toList()));
  }

  private static List<String> agreement(Agreement a) {
    return List.of(
        a.dimension().title(),
        number(a.alpha()),
        Integer.toString(a.units()),
        interval(a.icc().value(), a.icc().low(), a.icc().high()),
        Integer.toString(a.icc().targets()));
  }

  private static List<String> repeat(Repeat r) {
    return List.of(
        r.reader(),
        r.dimension().title(),
        number(r.same()),
        number(r.difference()),
        number(r.kappa()),
        Integer.toString(r.units()));
  }

  private void comparisons(Page page) {
    page.heading("Differences");
    page.table(
        new Table(
            "Wilcoxon's signed-rank test over reports, two-sided; Holm's correction over the whole table. n: reports, without those that do not differ",
            List.of("Dimension", "System", "against", "Difference", "n", "p", "p (Holm)"),
            statistics.comparisons().stream().map(StudyPage::comparison).toList()));
  }

  private static List<String> comparison(Comparison c) {
    return List.of(
        c.dimension().title(),
        c.a(),
        c.b(),
        Double.isNaN(c.difference()) ? "" : String.format(Locale.ROOT, "%+.2f", c.difference()),
        Integer.toString(c.test().n()),
        String.format(Locale.ROOT, "%.4f", c.test().p()),
        String.format(Locale.ROOT, "%.4f", c.holm()));
  }

  private static String interval(double value, double low, double high) {
    return Double.isNaN(value) || Double.isNaN(low)
        ? number(value)
        : String.format(Locale.ROOT, "%.2f [%.2f,\u00a0%.2f]", value, low, high);
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.3f", value);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.0f %%", share * 100);
  }

  private static double orZero(double value) {
    return Double.isNaN(value) ? 0 : value;
  }
}
