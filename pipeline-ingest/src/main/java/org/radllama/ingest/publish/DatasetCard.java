package org.radllama.ingest.publish;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import org.radllama.ingest.dedup.LeakagePolicy;
import org.radllama.ingest.dedup.Verdict;
import org.radllama.ingest.instruct.InstructionExample;
import org.radllama.ingest.instruct.PromptTemplate;
import org.radllama.ingest.instruct.Split;
import org.radllama.ingest.page.Charts;
import org.radllama.ingest.page.Page;
import org.radllama.ingest.page.Table;
import org.radllama.ingest.read.Label;
import org.radllama.ingest.read.Reason;

/** The dataset card: what came in, what stayed, what may be done with it. Numbers, no text. */
public final class DatasetCard {
  private static final int BINS = 40;

  private final Tally tally;
  private final CardSettings settings;
  private final String runId;
  private final LeakagePolicy leakage;

  /** The card of a run. */
  public DatasetCard(Tally tally, CardSettings settings, String runId, LeakagePolicy leakage) {
    this.tally = tally;
    this.settings = settings;
    this.runId = runId;
    this.leakage = leakage;
  }

  /**
   * The page.
   *
   * @param samples examples to quote; empty unless text may be shown
   */
  public String html(List<InstructionExample> samples) {
    Page page = new Page(settings.name());
    page.paragraph(settings.description());
    page.facts(facts());
    page.heading("From the sources to the splits").table(flow());
    page.heading("Rejected").table(rejections());
    page.heading("Duplicates and leakage").paragraph(leakageSentence()).table(duplicates());
    page.heading("Labels").table(labels());
    page.heading("Lengths").table(lengths());
    histogram(page, "words of the findings", s -> s.findingsWords);
    histogram(page, "words of the impression", s -> s.impressionWords);
    page.heading("Licence and limits of use").table(licences());
    limits().forEach(page::paragraph);
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
    facts.put("Sources", String.join(", ", tally.sources().keySet()));
    facts.put("Task", "Findings to Impression");
    facts.put("Instruction", PromptTemplate.INSTRUCTION);
    facts.put("Files", "parquet/split=SPLIT/*.parquet, jsonl/SPLIT.jsonl (the same records)");
    return facts;
  }

  private Table flow() {
    List<String> header = new ArrayList<>(List.of("source", "read", "rejected", "duplicates"));
    for (Split split : Split.values()) {
      header.add(split.label());
    }
    return new Table(
        "Reports. Read is the sum of the columns behind it.",
        header,
        rows(
            source -> {
              List<String> row = new ArrayList<>();
              row.add(number(source.read));
              row.add(number(source.rejected.sum()));
              row.add(number(source.duplicates.sum()));
              for (Split split : Split.values()) {
                row.add(number(source.kept.of(split)));
              }
              return row;
            }));
  }

  private Table rejections() {
    List<List<String>> rows = new ArrayList<>();
    tally
        .sources()
        .forEach(
            (name, source) -> {
              for (Reason reason : Reason.values()) {
                long n = source.rejected.of(reason);
                if (n > 0) {
                  rows.add(List.of(name, reason.stage().label(), reason.label(), number(n)));
                }
              }
            });
    return new Table(
        "Each is listed in rejected.jsonl with its reason.",
        List.of("source", "stage", "reason", "reports"),
        rows);
  }

  private String leakageSentence() {
    long leaked = tally.leaked(Split.VALIDATE) + tally.leaked(Split.TEST);
    return "%s held-out reports have findings that stand word for word in train as it was read. %s"
        .formatted(
            number(leaked),
            leakage == LeakagePolicy.REMOVE
                ? "Train lost those reports (dedup.leakage = remove)."
                : "They are listed in leakage.jsonl and train keeps them (dedup.leakage = mark).");
  }

  private Table duplicates() {
    List<String> header = new ArrayList<>(List.of("source"));
    for (Verdict.Kind kind : Verdict.Kind.values()) {
      header.add(kind.label());
    }
    header.add("validate leaks");
    header.add("test leaks");
    return new Table(
        "Reports removed from train by kind, and held-out reports that leak. Findings are compared in"
            + " lower case, words only, a mark of de-identification as one word.",
        header,
        rows(
            source -> {
              List<String> row = new ArrayList<>();
              for (Verdict.Kind kind : Verdict.Kind.values()) {
                row.add(number(source.duplicates.of(kind)));
              }
              row.add(number(source.leaked.of(Split.VALIDATE)));
              row.add(number(source.leaked.of(Split.TEST)));
              return row;
            }));
  }

  private Table labels() {
    List<List<String>> rows = new ArrayList<>();
    tally
        .sources()
        .forEach(
            (name, source) -> {
              for (Split split : Split.values()) {
                List<String> row = new ArrayList<>(List.of(name, split.label()));
                for (Label label : Label.values()) {
                  row.add(number(source.labels(split).of(label)));
                }
                rows.add(row);
              }
            });
    List<String> header = new ArrayList<>(List.of("source", "split"));
    for (Label label : Label.values()) {
      header.add(label.label());
    }
    return new Table("By the corpus's own indexing.", header, rows);
  }

  private Table lengths() {
    List<List<String>> rows = new ArrayList<>();
    tally
        .sources()
        .forEach(
            (name, source) -> {
              rows.add(lengthRow(name, "findings", source.findingsWords));
              rows.add(lengthRow(name, "impression", source.impressionWords));
            });
    return new Table(
        "Words between white space, over the reports kept.",
        List.of("source", "section", "shortest", "median", "longest"),
        rows);
  }

  private static List<String> lengthRow(
      String source, String section, SortedMap<Integer, Long> words) {
    if (words.isEmpty()) {
      return List.of(source, section, "", "", "");
    }
    long half = (words.values().stream().mapToLong(n -> n).sum() + 1) / 2;
    int median = words.firstKey();
    for (Map.Entry<Integer, Long> entry : words.entrySet()) {
      half -= entry.getValue();
      if (half <= 0) {
        median = entry.getKey();
        break;
      }
    }
    return List.of(
        source, section, number(words.firstKey()), number(median), number(words.lastKey()));
  }

  private void histogram(
      Page page, String what, Function<Tally.Source, SortedMap<Integer, Long>> of) {
    double[] values =
        tally.sources().values().stream()
            .flatMap(source -> of.apply(source).entrySet().stream())
            .flatMapToDouble(e -> DoubleStream.generate(e::getKey).limit(e.getValue()))
            .toArray();
    if (values.length > 0) {
      page.figure("Reports kept by " + what + ".", Charts.histogram(what, values, BINS));
    }
  }

  private Table licences() {
    return new Table(
        "The dataset inherits the terms of its sources; the strictest governs.",
        List.of("source", "corpus", "terms", "cite"),
        tally.sources().keySet().stream()
            .map(Corpora::of)
            .map(c -> List.of(c.id(), c.name(), c.licence(), c.cite()))
            .toList());
  }

  private static List<String> limits() {
    return List.of(
        "De-identified patient data. Do not try to re-identify anybody, and do not pass the files on"
            + " beyond the terms above. The marks XXXX and ___ stand where identifying text was.",
        "For research on writing impressions. Not validated for any clinical use; a model trained on"
            + " it can be wrong in ways that matter.",
        "One hospital system a corpus, chest studies mostly, adults mostly, English only. Normal"
            + " studies and stock phrases are frequent, so scores should be read beside trivial"
            + " baselines and on the test reports whose findings are not in train.");
  }

  private static Table quoted(List<InstructionExample> samples) {
    return new Table(
        "The first of each split.",
        List.of("id", "findings", "impression"),
        samples.stream().map(e -> List.of(e.id(), e.findings(), e.impression())).toList());
  }

  private List<List<String>> rows(Function<Tally.Source, List<String>> cells) {
    List<List<String>> rows = new ArrayList<>();
    tally
        .sources()
        .forEach(
            (name, source) -> {
              List<String> row = new ArrayList<>(List.of(name));
              row.addAll(cells.apply(source));
              rows.add(row);
            });
    return rows;
  }

  private static String number(long n) {
    return String.format(Locale.ROOT, "%,d", n);
  }
}
