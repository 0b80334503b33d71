package org.radllama.eval.score;

import static org.radllama.text.Format.format;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.io.api.Binary;
import org.apache.spark.util.LongAccumulator;
import org.radllama.eval.join.Corpus;
import org.radllama.eval.join.JoinedReport;
import org.radllama.eval.join.Unmatched;
import org.radllama.eval.rouge.RougeScorer;
import org.radllama.eval.rouge.Tokenization;
import org.radllama.eval.score.family.CopyFamily;
import org.radllama.eval.score.family.Metrics;
import org.radllama.eval.score.family.Pair;
import org.radllama.eval.score.statistics.Example;
import org.radllama.eval.score.statistics.Spread;
import org.radllama.eval.score.statistics.SufficientStatistics;
import org.radllama.run.Json;
import org.radllama.run.PartFiles;
import org.radllama.run.PartFiles.Part;
import org.radllama.text.Words;

/** Scores the reports of one partition, writes its part of the files and tallies its scores. */
final class ScoreTask {
  /** Reports that encoders read at a time. */
  private static final int TOGETHER = 256;

  private final Plan plan;
  private final LongAccumulator done;
  private final SufficientStatistics sums;
  private final Metrics.RowCounter counter;
  private final int ranking;
  private final int copies;
  private final boolean emptying;
  private final Binary[] names;
  private final FindingEvidence.Writer evidence;
  private long rows;

  /**
   * What all tasks share.
   *
   * @param systems names in the order of predictions
   * @param metrics the scores
   * @param single corpora small enough to keep every report
   * @param examples how many examples of each kind are kept; 0 keeps text out of tallies
   * @param evidence what predictions are written with
   * @param directory where files are written
   */
  record Plan(
      List<String> systems,
      Metrics metrics,
      Set<Corpus> single,
      int examples,
      FindingEvidence evidence,
      String directory)
      implements Serializable {}

  ScoreTask(Plan plan, LongAccumulator done) {
    this.plan = plan;
    this.done = done;
    this.sums = new SufficientStatistics(plan.metrics(), plan.examples());
    this.counter = plan.metrics().counter();
    this.ranking = plan.metrics().ranking();
    this.copies = plan.metrics().offset(CopyFamily.NAME);
    this.emptying =
        plan.metrics().families().stream()
            .anyMatch(f -> f.tokens().equals(Tokenization.ROUGE_SCORE.signature()));
    this.evidence = plan.evidence().writer();
    this.names = plan.metrics().names().stream().map(Binary::fromString).toArray(Binary[]::new);
  }

  /** What a task did: its sums, and the files that it wrote. */
  record Scored(SufficientStatistics sums, List<Part> parts) implements Serializable {}

  /** The name of a partition's part of the scores. */
  static String scores(int partition) {
    return format("scores.parquet/part-%05d.parquet", partition);
  }

  /**
   * Scores a partition.
   *
   * @param attempt tells this attempt of the task from all others
   */
  Scored run(int partition, long attempt, Iterator<JoinedReport> reports, Configuration hadoop)
      throws IOException {
    PartFiles files = new PartFiles(new Path(plan.directory()), hadoop);
    PartFiles.Attempt table = files.begin(scores(partition), attempt);
    LinePieces.Writer predictions =
        new LinePieces.Writer(
            files.begin(LinePieces.piece(ScoreStage.PREDICTIONS, partition), attempt));
    LinePieces.Writer unmatched =
        new LinePieces.Writer(
            files.begin(LinePieces.piece(ScoreStage.UNMATCHED, partition), attempt));
    try (predictions;
        unmatched;
        ScoreRowWriter scores = new ScoreRowWriter(hadoop, table)) {
      while (reports.hasNext()) {
        for (JoinedReport report : next(reports)) {
          if (!report.unmatched().isEmpty()) {
            unmatched.write(report.id(), unmatched(report));
          }
          if (report.scored()) {
            predictions.write(report.id(), score(report, scores));
          }
        }
      }
    }
    return new Scored(sums, List.of(table.settle(rows), predictions.settle(), unmatched.settle()));
  }

  /** The next report, or the next few where scores are faster so. */
  private List<JoinedReport> next(Iterator<JoinedReport> reports) {
    List<JoinedReport> next = new ArrayList<>();
    int most = plan.metrics().countsTogether() ? TOGETHER : 1;
    while (reports.hasNext() && next.size() < most) {
      next.add(reports.next());
    }
    if (most > 1) {
      List<Pair> pairs = new ArrayList<>();
      for (JoinedReport report : next) {
        for (int i = 0; report.scored() && i < plan.systems().size(); i++) {
          pairs.add(pair(report, i));
        }
      }
      counter.prepare(pairs);
    }
    return next;
  }

  private static Pair pair(JoinedReport report, int system) {
    String prediction = report.predictions()[system];
    return new Pair(
        report.references(),
        prediction == null ? "" : prediction,
        report.findings(),
        report.imported()[system]);
  }

  /** Scores every system's prediction; returns their lines. */
  private byte[] score(JoinedReport report, ScoreRowWriter scores) throws IOException {
    Corpus corpus = report.corpus();
    boolean single = plan.single().contains(corpus);
    Binary[] keys = {
      Binary.fromString(report.id()),
      Binary.fromString(corpus.dataset()),
      Binary.fromString(corpus.split()),
      null,
      null
    };
    double[] copied = new double[2];
    CopyFamily.count(report.findings(), report.references().get(0), copied, 0);
    int words = Words.number(report.references().get(0));
    boolean emptied = emptying && report.references().stream().allMatch(RougeScorer::empties);
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    for (int i = 0; i < plan.systems().size(); i++) {
      String system = plan.systems().get(i);
      Pair pair = pair(report, i);
      String prediction = pair.prediction();
      double[] row = counter.count(pair);
      sums.add(system, report, single, row);
      keys[3] = Binary.fromString(system);
      double score = write(row, keys, scores);
      Spread spread = sums.spreadOf(system, corpus);
      spread(spread, report, pair, score, words);
      if (emptied || (emptying && RougeScorer.empties(prediction))) {
        spread.countEmptied();
      }
      spreadCopies(spread, row, copied);
      lines.write((line(report, system, prediction) + "\n").getBytes(StandardCharsets.UTF_8));
    }
    done.add(plan.systems().size());
    return lines.toByteArray();
  }

  /** Writes a row a score; returns the score that ranks. */
  private double write(double[] row, Binary[] keys, ScoreRowWriter scores) throws IOException {
    double score = 0;
    for (int metric = 0; metric < names.length; metric++) {
      double value = plan.metrics().ofReport(metric, row);
      if (metric == ranking) {
        score = Double.isNaN(value) ? 0 : value;
      }
      if (!Double.isNaN(value)) {
        keys[4] = names[metric];
        scores.write(keys, value);
        rows++;
      }
    }
    return score;
  }

  private void spread(Spread spread, JoinedReport report, Pair pair, double score, int words) {
    spread.count(Math.max(0, Math.min(1, score)), Words.number(pair.prediction()), words);
    if (plan.examples() > 0) {
      spread.offer(new Example(report.id(), score, report.references().get(0), pair.prediction()));
    }
  }

  private void spreadCopies(Spread spread, double[] row, double[] referenceCopied) {
    if (copies >= 0) {
      spread.countCopied(row[copies] / row[copies + 1], referenceCopied[0] / referenceCopied[1]);
    }
  }

  private ObjectNode line(JoinedReport report, String system, String prediction) {
    ObjectNode node = Json.mapper().createObjectNode();
    node.put("id", report.id());
    node.put("dataset", report.corpus().dataset());
    node.put("split", report.corpus().split());
    node.put("system", system);
    node.put("prediction", prediction);
    if (report.references().size() == 1) {
      node.put("reference", report.references().get(0));
    } else {
      ArrayNode references = node.putArray("reference");
      report.references().forEach(references::add);
    }
    evidence.addTo(node, report.references().get(0), prediction);
    return node;
  }

  private static byte[] unmatched(JoinedReport report) {
    StringBuilder lines = new StringBuilder();
    for (Unmatched u : report.unmatched()) {
      ObjectNode node = Json.mapper().createObjectNode();
      node.put("system", u.system());
      node.put("id", report.id());
      node.put("kind", u.kind().label());
      if (u.scores()) {
        node.put("of", "scores");
      }
      lines.append(node).append('\n');
    }
    return lines.toString().getBytes(StandardCharsets.UTF_8);
  }
}
