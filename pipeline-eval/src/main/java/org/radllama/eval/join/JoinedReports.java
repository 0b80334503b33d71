package org.radllama.eval.join;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.radllama.eval.predict.EvaluationSet;
import org.radllama.eval.predict.MissingPolicy;
import scala.Tuple2;

/** Rows sorted by {@link RowKey}, put together id by id; one report is in memory at a time. */
final class JoinedReports implements Iterator<JoinedReport> {
  private static final Corpus UNKNOWN = new Corpus(EvaluationSet.IMPORTED, EvaluationSet.NO_SPLIT);

  private final Iterator<Tuple2<RowKey, JoinRow>> rows;
  private final Layout layout;
  private final List<String> metrics;
  private final JoinCounts counts;
  private Tuple2<RowKey, JoinRow> next;

  JoinedReports(Iterator<Tuple2<RowKey, JoinRow>> rows, Layout layout, JoinCounts counts) {
    this.rows = rows;
    this.layout = layout;
    this.metrics = layout.importedMetrics();
    this.counts = counts;
    advance();
  }

  private void advance() {
    next = rows.hasNext() ? rows.next() : null;
  }

  @Override
  public boolean hasNext() {
    return next != null;
  }

  @Override
  public JoinedReport next() {
    if (next == null) {
      throw new NoSuchElementException();
    }
    Gathered gathered = new Gathered(next._1().id());
    while (next != null && next._1().id().equals(gathered.id)) {
      gathered.add(next._1().source(), next._2());
      advance();
    }
    JoinedReport report = gathered.joined();
    counts.count(report);
    return report;
  }

  /** The rows of one id. */
  private final class Gathered {
    private final String id;
    private final JoinRow[] first = new JoinRow[layout.sources().size()];
    private final List<Unmatched> unmatched = new ArrayList<>();
    private JoinRow.Report report;

    Gathered(String id) {
      this.id = id;
    }

    void add(int source, JoinRow row) {
      if (row instanceof JoinRow.Report own) {
        report = own;
      } else if (row instanceof JoinRow.Unreadable) {
        counts.note(new JoinCounts.Problem(JoinCounts.Problem.Kind.UNREADABLE_LINE, id, source));
      } else {
        counts.read(source);
        if (first[source] == null) {
          first[source] = row;
        } else {
          unmatched(source, Unmatched.Kind.DUPLICATE);
        }
      }
    }

    private void unmatched(int source, Unmatched.Kind kind) {
      Source of = layout.sources().get(source);
      counts.unmatched(source, kind, id);
      unmatched.add(new Unmatched(of.system(), of.isScores(), kind));
    }

    JoinedReport joined() {
      List<String> references =
          report == null ? referencesOfAnswers() : List.of(report.reference());
      boolean known = report != null || (!layout.hasDataset() && hasAnswer());
      for (int source = 0; source < first.length; source++) {
        if (first[source] != null && known) {
          counts.kept(source);
        } else if (first[source] != null) {
          unmatched(source, Unmatched.Kind.EXTRA);
        } else if (known) {
          unmatched(source, Unmatched.Kind.MISSING);
        }
      }
      String[] predictions = predictions();
      return new JoinedReport(
          id,
          !known ? null : report == null ? corpusOfAnswers() : report.corpus(),
          references,
          report == null ? "" : report.findings(),
          subsets(known, references),
          predictions,
          known && isScored(predictions),
          imported(),
          unmatched);
    }

    private List<Subset> subsets(boolean known, List<String> references) {
      if (report != null) {
        return report.subsets();
      }
      return known && !references.isEmpty() ? layout.subsets().of(references.get(0)) : List.of();
    }

    private boolean hasAnswer() {
      return Arrays.stream(first).anyMatch(JoinRow.Answer.class::isInstance);
    }

    private boolean isScored(String[] predictions) {
      return layout.policy() == MissingPolicy.EMPTY
          || Arrays.stream(predictions).noneMatch(Objects::isNull);
    }

    private List<String> referencesOfAnswers() {
      List<String> references = null;
      for (int source = 0; source < first.length && !layout.hasDataset(); source++) {
        if (first[source] instanceof JoinRow.Answer answer) {
          if (answer.references().isEmpty()) {
            counts.note(new JoinCounts.Problem(JoinCounts.Problem.Kind.NO_REFERENCE, id, source));
          } else if (references != null && !references.equals(answer.references())) {
            counts.note(
                new JoinCounts.Problem(JoinCounts.Problem.Kind.OTHER_REFERENCE, id, source));
          }
          references = references == null ? answer.references() : references;
        }
      }
      return references == null ? List.of() : references;
    }

    /** What the lines say that name one; they must not contradict each other. */
    private Corpus corpusOfAnswers() {
      Corpus corpus = null;
      for (int source = 0; source < first.length; source++) {
        if (first[source] instanceof JoinRow.Answer answer && answer.corpus() != null) {
          if (corpus != null && !corpus.equals(answer.corpus())) {
            counts.note(new JoinCounts.Problem(JoinCounts.Problem.Kind.OTHER_CORPUS, id, source));
          }
          corpus = corpus == null ? answer.corpus() : corpus;
        }
      }
      return corpus == null ? UNKNOWN : corpus;
    }

    private String[] predictions() {
      return Arrays.stream(first, 0, layout.systems().size())
          .map(row -> row instanceof JoinRow.Answer answer ? answer.prediction() : null)
          .toArray(String[]::new);
    }

    /** A metric counts for a report only if every system that brings it has it for this report. */
    private double[][] imported() {
      double[][] values = new double[layout.systems().size()][metrics.size()];
      if (metrics.isEmpty()) {
        return values;
      }
      Arrays.stream(values).forEach(row -> Arrays.fill(row, Double.NaN));
      boolean[] incomplete = new boolean[metrics.size()];
      for (int source = layout.systems().size(); source < first.length; source++) {
        Source of = layout.sources().get(source);
        int system = layout.systems().indexOf(of.system());
        for (int i = 0; i < of.metrics().size(); i++) {
          int metric = metrics.indexOf(of.metrics().get(i));
          double value = first[source] instanceof JoinRow.Values row ? row.values()[i] : Double.NaN;
          values[system][metric] = value;
          incomplete[metric] |= Double.isNaN(value);
        }
      }
      for (double[] ofSystem : values) {
        Arrays.setAll(ofSystem, i -> incomplete[i] ? Double.NaN : ofSystem[i]);
      }
      return values;
    }
  }
}
