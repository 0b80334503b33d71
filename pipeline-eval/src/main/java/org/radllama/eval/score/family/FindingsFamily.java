package org.radllama.eval.score.family;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.radllama.eval.findings.FindingLabeller;
import org.radllama.eval.findings.FindingLabels;
import org.radllama.eval.findings.Observation;
import org.radllama.run.Digests;

/**
 * Whether prediction and reference state the same findings, by the labeller of {@code findings}:
 * precision, recall and F1 of stated observations, all together (micro), and the mean of the F1 of
 * those observations that either states (macro). What is denied or left open is not stated. Missed
 * abnormals: of the reports whose reference is not free of findings, the share whose prediction is.
 * With several references the first counts.
 *
 * @param phrases that go before the labeller's own, as for {@link FindingLabeller}
 */
public record FindingsFamily(List<String> phrases) implements ScoreFamily {
  /** Its {@link #name}. */
  public static final String NAME = "findings";

  /** The share of abnormal reports that are said to be free of findings. */
  public static final String MISSED = "findings_missed_abnormals";

  /** The place of {@link #MISSED} among the names. */
  private static final int MISSED_INDEX = 4;

  private static final int MACRO = 1;

  private static final int OBSERVATIONS = Observation.values().length;

  /** Texts whose labels are remembered; impressions repeat. */
  private static final int MOST_REMEMBERED = 20_000;

  /** By the labeller's own rules alone. */
  public FindingsFamily() {
    this(List.of());
  }

  /** Copies the phrases. */
  public FindingsFamily {
    phrases = List.copyOf(phrases);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<String> names() {
    return List.of(
        "findings_micro_f1",
        "findings_macro_f1",
        "findings_micro_precision",
        "findings_micro_recall",
        MISSED);
  }

  /** For each observation: stated by both, by the prediction alone, by the reference alone. */
  @Override
  public int width() {
    return 3 * OBSERVATIONS;
  }

  @Override
  public String signature() {
    return labeller(phrases) + "|observations:chexpert-14|positive:stated|macro:present";
  }

  /** The labeller's rules in a signature, with the beginning of the SHA-256 of own phrases. */
  static String labeller(List<String> phrases) {
    String rules = "labels:radllama-rules-3";
    return phrases.isEmpty()
        ? rules
        : rules + "|phrases:" + Digests.sha256(String.join("\n", phrases)).substring(0, 8);
  }

  @Override
  public Counter counter() {
    FindingLabeller labeller = new FindingLabeller(phrases);
    Map<String, FindingLabels> known = new HashMap<>();
    return (pair, into, offset) -> {
      if (known.size() > MOST_REMEMBERED) {
        known.clear();
      }
      int predicted = known.computeIfAbsent(pair.prediction(), labeller::label).positive();
      int expected = known.computeIfAbsent(pair.references().get(0), labeller::label).positive();
      for (int i = 0; i < OBSERVATIONS; i++) {
        int inPrediction = predicted >> i & 1;
        int inReference = expected >> i & 1;
        into[offset + 3 * i] = inPrediction & inReference;
        into[offset + 3 * i + 1] = inPrediction & ~inReference;
        into[offset + 3 * i + 2] = inReference & ~inPrediction;
      }
    };
  }

  @Override
  public double score(int index, double[] sums, int offset, double reports) {
    return index == MACRO
        ? macro(sums, offset)
        : ofSlice(index, slice(index, sums, offset), reports);
  }

  /** Micro averages need three sums, missed abnormals those of No Finding. */
  @Override
  public double[] slice(int index, double[] statistics, int offset) {
    if (index == MACRO) {
      return ScoreFamily.super.slice(index, statistics, offset);
    }
    int at = offset + 3 * Observation.NO_FINDING.place();
    if (index == MISSED_INDEX) {
      return Arrays.copyOfRange(statistics, at, at + 3);
    }
    double[] all = new double[3];
    for (int i = 0; i < width(); i++) {
      all[i % 3] += statistics[offset + i];
    }
    return all;
  }

  @Override
  public double ofSlice(int index, double[] slice, double reports) {
    return switch (index) {
      case 0 -> f1(slice, 0);
      case MACRO -> macro(slice, 0);
      case 2 -> ScoreFamily.ratio(slice[0], slice[0] + slice[1]);
      case 3 -> ScoreFamily.ratio(slice[0], slice[0] + slice[2]);
      default -> ScoreFamily.ratio(slice[1], reports - slice[0] - slice[2]);
    };
  }

  /** Missed abnormals are about abnormal reports alone. */
  @Override
  public double reports(int index, double[] sums, int offset, double reports) {
    int at = offset + 3 * Observation.NO_FINDING.place();
    return index == MISSED_INDEX ? reports - sums[at] - sums[at + 2] : reports;
  }

  /** A report has no macro average, and scores 1 where neither text states anything. */
  @Override
  public double ofReport(int index, double[] statistics, int offset) {
    double score = index == MACRO ? Double.NaN : score(index, statistics, offset, 1);
    return index == 0 && Double.isNaN(score) ? 1 : score;
  }

  private static double macro(double[] sums, int offset) {
    double sum = 0;
    int present = 0;
    for (Observation observation : Observation.values()) {
      double f1 = f1(sums, offset + 3 * observation.place());
      if (!Double.isNaN(f1)) {
        sum += f1;
        present++;
      }
    }
    return ScoreFamily.ratio(sum, present);
  }

  /** F1 of one observation, whose counts begin at {@code at}; NaN where neither text states it. */
  public static double f1(double[] sums, int at) {
    return ScoreFamily.ratio(2 * sums[at], 2 * sums[at] + sums[at + 1] + sums[at + 2]);
  }
}
