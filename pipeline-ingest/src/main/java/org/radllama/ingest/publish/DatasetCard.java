package org.radllama.ingest.publish;

import static org.radllama.text.Format.format;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.radllama.dataset.BackgroundSection;
import org.radllama.dataset.InstructionExample;
import org.radllama.dataset.PromptTemplate;
import org.radllama.dataset.Similarity;
import org.radllama.dataset.Split;
import org.radllama.ingest.dedup.Clustering;
import org.radllama.ingest.dedup.DedupPolicy;
import org.radllama.ingest.dedup.LeakagePolicy;
import org.radllama.ingest.dedup.Verdict;
import org.radllama.ingest.privacy.PrivacyPolicy;
import org.radllama.ingest.record.Edit;
import org.radllama.ingest.record.HeaderRule;
import org.radllama.ingest.record.Label;
import org.radllama.ingest.record.Reason;
import org.radllama.page.Charts;
import org.radllama.page.Columns;
import org.radllama.page.Flow;
import org.radllama.page.Page;
import org.radllama.page.Table;
import org.radllama.text.Resources;

/** The dataset card: what came in, what stayed, what may be done with it. Numbers, no text. */
public final class DatasetCard {
  private static final int POINTS = 100;

  private final IngestTally tally;
  private final CardFacts facts;
  private final CardSettings settings;
  private final String runId;
  private final DedupPolicy policy;
  private final PrivacyPolicy privacy;
  private final List<String> warnings;

  /**
   * The card of a run.
   *
   * @param warnings what a reader must know of how the reports were split
   */
  public DatasetCard(
      IngestTally tally,
      CardFacts facts,
      CardSettings settings,
      String runId,
      DedupPolicy policy,
      PrivacyPolicy privacy,
      List<String> warnings) {
    this.tally = tally;
    this.facts = facts;
    this.settings = settings;
    this.runId = runId;
    this.policy = policy;
    this.privacy = privacy;
    this.warnings = List.copyOf(warnings);
  }

  /**
   * The page.
   *
   * @param samples examples to quote; empty unless text may be shown
   */
  public String html(List<InstructionExample> samples) {
    Page page = new Page("Dataset card: " + settings.name() + ", " + runId);
    page.paragraph(settings.description());
    page.facts(facts());
    page.links(
        "Files of this run:",
        List.of(
            new Page.Link("README.md", DatasetReadme.FILE),
            new Page.Link("manifest.json", "manifest.json"),
            new Page.Link("timings.json (when it ran)", "timings.json")));
    page.links(
        "Where it was published beside this run:",
        List.of(new Page.Link("all runs over time", "../latest-report.html")));
    page.heading("From the sources to the splits")
        .figure(
            "What happened to every report that was read: its split, what it was removed from train"
                + " for, or why it was rejected.",
            flowChart())
        .table(flow());
    warnings.forEach(page::paragraph);
    page.heading("Rejected").table(rejections());
    edits(page);
    page.heading("Duplicates").paragraph(duplicatesSentence()).table(duplicates());
    page.paragraph(clusteringSentence()).table(copies()).table(clusters()).table(impressions());
    page.heading("Leakage").paragraph(leakageSentence()).table(leakage());
    page.heading("Identifiers")
        .paragraph(IdentifierTable.sentence(tally, privacy))
        .table(IdentifierTable.of(tally));
    page.heading("Labels").table(labels());
    page.heading("Background").table(background());
    page.heading("Lengths").table(Lengths.table(tally));
    Lengths.histogram(page, tally, "words of the findings", s -> s.findingsWords);
    Lengths.histogram(page, tally, "words of the impression", s -> s.impressionWords);
    vocabulary(page);
    page.heading("Licence and limits of use").table(licences());
    if (!settings.claims().synthetic()) {
      page.paragraph(
          "Treat it as patient data: do not try to re-identify anybody, and do not pass the files on beyond the terms above.");
    }
    Resources.text(DatasetCard.class, "limits.txt").lines().forEach(page::paragraph);
    if (!samples.isEmpty()) {
      page.heading("Examples (patient data)").table(quoted(samples));
    }
    return page.html();
  }

  private Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("Run", runId);
    facts.put("Version", settings.version());
    facts.put("Creator", settings.creator());
    facts.put("Sources", String.join(", ", tally.names()));
    facts.put("Task", "Findings to Impression");
    facts.put("Instruction", PromptTemplate.INSTRUCTION);
    facts.put("Input", input());
    facts.put("Files", "parquet/split=SPLIT/*.parquet, jsonl/SPLIT.jsonl (the same records)");
    return facts;
  }

  private String input() {
    List<String> sections = new ArrayList<>();
    facts.sections().forEach(section -> sections.add(section.label()));
    sections.add("findings");
    return String.join(", ", sections);
  }

  /** The first column of tables with a row for each source. */
  private static Columns<IngestTally.Source> bySource() {
    return new Columns<IngestTally.Source>().add("source", source -> source.name);
  }

  /** A source with one of the kinds that its counts tell apart. */
  private record Part<K>(IngestTally.Source source, K kind) {}

  private <K> Stream<Part<K>> parts(List<K> kinds) {
    return tally.sources().stream()
        .flatMap(source -> kinds.stream().map(kind -> new Part<>(source, kind)));
  }

  private static <K> Columns<Part<K>> byPart() {
    return new Columns<Part<K>>().add("source", part -> part.source().name);
  }

  private Table flow() {
    Columns<IngestTally.Source> columns =
        bySource()
            .add("read", source -> number(source.read))
            .add("rejected", source -> number(source.rejected.sum()))
            .add("duplicates", source -> number(source.duplicates.sum()));
    for (Split split : Split.values()) {
      columns.add(split.label(), source -> number(source.kept.of(split)));
    }
    return columns.table("Reports. Read is the sum of the columns behind it.", tally.sources());
  }

  private Table rejections() {
    return DatasetCard.<Reason>byPart()
        .add("stage", part -> part.kind().stage().label())
        .add("reason", part -> part.kind().label())
        .add("reports", part -> number(part.source().rejected.of(part.kind())))
        .table(
            "Each is listed in rejected.jsonl with its reason.",
            parts(List.of(Reason.values()))
                .filter(part -> part.source().rejected.of(part.kind()) > 0)
                .toList());
  }

  private void edits(Page page) {
    List<Part<Edit>> edits =
        parts(List.of(Edit.values()))
            .filter(part -> part.source().edits.of(part.kind()) > 0)
            .toList();
    if (!edits.isEmpty()) {
      page.heading("Edits")
          .table(
              DatasetCard.<Edit>byPart()
                  .add("edit", part -> part.kind().label())
                  .add("reports", part -> number(part.source().edits.of(part.kind())))
                  .table("What was done to reports that passed all rules.", edits));
    }
    List<Part<HeaderRule>> found =
        parts(List.of(HeaderRule.values()))
            .filter(
                part ->
                    part.source().findingsBy.of(part.kind())
                            + part.source().impressionBy.of(part.kind())
                        > 0)
            .toList();
    if (!found.isEmpty()) {
      page.heading("Sections")
          .table(
              DatasetCard.<HeaderRule>byPart()
                  .add("form of the header", part -> part.kind().label())
                  .add("findings", part -> number(part.source().findingsBy.of(part.kind())))
                  .add("impression", part -> number(part.source().impressionBy.of(part.kind())))
                  .table("How the sections of whole texts were found.", found));
    }
  }

  private String flowChart() {
    List<Flow.Part> parts = new ArrayList<>();
    for (IngestTally.Source source : tally.sources()) {
      for (Split split : Split.values()) {
        parts.add(new Flow.Part(source.name, split.label(), source.kept.of(split)));
      }
      for (Verdict.Kind kind : Verdict.Kind.values()) {
        parts.add(
            new Flow.Part(
                source.name,
                kind == Verdict.Kind.LEAKED ? "leaked" : kind.label() + " duplicate",
                source.duplicates.of(kind)));
      }
      for (Reason reason : Reason.values()) {
        parts.add(new Flow.Part(source.name, reason.label(), source.rejected.of(reason)));
      }
    }
    return Flow.svg("Reports from the sources to the splits", parts);
  }

  private String duplicatesSentence() {
    Similarity near = policy.similarity();
    return format(
        "Findings alone are compared, in lower case, words only, a mark of de-identification as one"
            + " word; two are near when their sets of word %d-grams have a Jaccard similarity of at"
            + " least %s, verified exactly. Of train's reports in a cluster of equal or near"
            + " findings the first stays.%s%s",
        near.shingleWords(),
        near.jaccard(),
        policy.near()
            ? ""
            : policy.exact()
                ? " Here near ones were kept (dedup.near = false)."
                : " Here none was removed (dedup.exact = false).",
        policy.near() && policy.keepContradictions()
            ? " Near texts that differ in a negation or a side contradict each other, and both stay (dedup.keep-contradictions)."
            : "");
  }

  private Table duplicates() {
    Columns<IngestTally.Source> columns = bySource();
    for (Verdict.Kind kind : Verdict.Kind.values()) {
      columns.add(kind.label(), source -> number(source.duplicates.of(kind)));
    }
    return columns.table(
        "Reports removed from train: equal to the one that stays, near to it, or leaked, which is"
            + " equal or near to a held-out report.",
        tally.sources());
  }

  private String clusteringSentence() {
    Clustering c = facts.clustering();
    return "Over all splits, %s reports have %s different findings. Pairs that are equal or near: %s; of these, %s contradict each other and are not merged. One report of each cluster would leave %s; the largest cluster has %s."
        .formatted(
            number(c.reports()),
            number(c.texts()),
            counted(c.pairs()),
            counted(c.contradictions()),
            number(c.clusters()),
            number(c.largest()));
  }

  private static String counted(OptionalLong pairs) {
    return pairs.isPresent() ? number(pairs.getAsLong()) : "too many to count";
  }

  private Table copies() {
    return new Table(
        "Findings that most reports share, named by the first digits of their SHA-256.",
        List.of("findings", "reports"),
        facts.copies().stream()
            .map(g -> List.of(g.text().shortName(), number(g.reports())))
            .toList());
  }

  private Table clusters() {
    return new Table(
        "The largest clusters of near findings, named by their first report's.",
        List.of("findings", "reports", "different findings"),
        facts.clusters().stream()
            .map(g -> List.of(g.text().shortName(), number(g.reports()), number(g.texts())))
            .toList());
  }

  private Table impressions() {
    return new Table(
        "Templates: the impressions that most published reports share. Reports that share only the"
            + " impression are no duplicates.",
        List.of("impression", "reports"),
        facts.impressions().stream()
            .map(t -> List.of(t.text().shortName(), number(t.reports())))
            .toList());
  }

  private String leakageSentence() {
    long leaked = tally.leaked(Split.VALIDATE) + tally.leaked(Split.TEST);
    return "%s held-out reports have findings that equal or are near those of a report of train as it was read; all are listed in leakage.jsonl. %s"
        .formatted(
            number(leaked),
            policy.leakage() == LeakagePolicy.REMOVE
                ? "Train lost those reports (dedup.leakage = remove)."
                : "Train keeps those reports (dedup.leakage = mark).");
  }

  private Table leakage() {
    return DatasetCard.<Split>byPart()
        .add("split", part -> part.kind().label())
        .add("reports", part -> number(part.source().kept.of(part.kind())))
        .add("exact", part -> number(part.source().leakedExactly.of(part.kind())))
        .add("near", part -> number(part.source().leakedNearly.of(part.kind())))
        .add("% with a neighbour", part -> leakedPercent(part.source(), part.kind()))
        .table(
            "Held-out reports with a neighbour in train.",
            parts(List.of(Split.VALIDATE, Split.TEST)).toList());
  }

  private static String leakedPercent(IngestTally.Source source, Split split) {
    long leaked = source.leakedExactly.of(split) + source.leakedNearly.of(split);
    long of = source.kept.of(split);
    return of == 0 ? "" : format("%.1f", 100.0 * leaked / of);
  }

  private void vocabulary(Page page) {
    long reports = tally.kept(Split.TRAIN);
    if (reports < 2) {
      return;
    }
    int points = (int) Math.min(POINTS, reports);
    double[] x = new double[points];
    Arrays.setAll(x, i -> Math.ceil((i + 1.0) * reports / points));
    page.figure(
        "Different words in the findings and impressions of train's first reports, in the published"
            + " order: %s in all.".formatted(number(facts.words().size())),
        Charts.lines(
            "reports of train",
            "different words",
            List.of(new Charts.Series("train", x, facts.words().sizes(x)))));
  }

  private Table labels() {
    Columns<Part<Split>> columns =
        DatasetCard.<Split>byPart().add("split", part -> part.kind().label());
    for (Label label : Label.values()) {
      columns.add(label.label(), part -> number(part.source().labels(part.kind()).of(label)));
    }
    return columns.table("By the corpus's own indexing.", parts(List.of(Split.values())).toList());
  }

  private Table background() {
    Columns<IngestTally.Source> columns =
        bySource().add("reports", source -> number(source.kept.sum()));
    for (BackgroundSection section : BackgroundSection.values()) {
      columns.add(section.label(), source -> number(source.background.of(section)));
    }
    return columns.table(
        "Reports kept that have a section beside findings and impression. Those named under Input"
            + " above are part of what a model reads.",
        tally.sources());
  }

  private Table licences() {
    return new Table(
        "The dataset inherits the terms of its sources; the strictest governs.",
        List.of("source", "corpus", "terms", "de-identified", "language", "patients", "cite"),
        tally.names().stream()
            .map(name -> Corpora.of(name, settings.claims()))
            .map(
                c ->
                    List.of(
                        c.id(),
                        c.name(),
                        c.licence(),
                        c.deidentification(),
                        c.language(),
                        c.population(),
                        c.cite()))
            .toList());
  }

  private static Table quoted(List<InstructionExample> samples) {
    return new Table(
        "The first of each split.",
        List.of("id", "findings", "impression"),
        samples.stream().map(e -> List.of(e.id(), e.findings(), e.impression())).toList());
  }

  static String number(long n) {
    return format("%,d", n);
  }
}
