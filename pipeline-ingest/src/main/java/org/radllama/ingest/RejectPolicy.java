package org.radllama.ingest;

import static org.radllama.text.Format.format;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.radllama.dataset.Split;
import org.radllama.ingest.dedup.Verdict;
import org.radllama.ingest.publish.IngestTally;
import org.radllama.ingest.record.Reason;
import org.radllama.ingest.record.Stage;
import org.radllama.run.JobFailure;

/**
 * When too little is left to publish: a dataset of a few accidental reports, or of none, looks like
 * one to the jobs behind.
 *
 * @param maxShare the largest share of the records that may be rejected at one stage, 0 to 1
 * @param allowEmptyTrain whether a dataset without train may be published
 */
public record RejectPolicy(double maxShare, boolean allowEmptyTrain) {
  private static final int SHOWN = 3;

  /** Why records are missing from train. */
  private record Loss(String reason, long records, String help) {}

  /**
   * Checks what the record-by-record stages rejected.
   *
   * @throws JobFailure exit 3 where one of them rejected more than the share
   */
  void requireEnough(IngestTally tally) {
    long records = tally.read() - rejected(tally, Stage.LIST);
    for (Stage stage : List.of(Stage.SECTION, Stage.CLEAN, Stage.SPLIT)) {
      long rejected = rejected(tally, stage);
      if (rejected > maxShare * records) {
        throw JobFailure.input(
            format(
                "%d of %d records were rejected at the stage %s, more than the share of %s that reject.max-share allows: %s",
                rejected, records, stage.label(), maxShare, worst(losses(tally, stage))));
      }
    }
  }

  /**
   * Checks what is left behind deduplication.
   *
   * @throws JobFailure exit 3 where nothing is left in train
   */
  void requireTrain(IngestTally tally) {
    if (allowEmptyTrain || tally.kept(Split.TRAIN) > 0) {
      return;
    }
    List<Loss> losses = new ArrayList<>();
    Arrays.stream(Stage.values()).forEach(stage -> losses.addAll(losses(tally, stage)));
    for (Verdict.Kind kind : Verdict.Kind.values()) {
      losses.add(new Loss(kind.label(), tally.duplicates(kind), help(kind)));
    }
    long heldOut = tally.kept(Split.VALIDATE) + tally.kept(Split.TEST);
    losses.add(new Loss("held out", heldOut, "split, reports.split or --split-file"));
    throw JobFailure.input(
        format(
            "train is empty (reject.allow-empty-train = true publishes such a dataset); of %d records: %s",
            tally.read(), worst(losses)));
  }

  private static long rejected(IngestTally tally, Stage stage) {
    return losses(tally, stage).stream().mapToLong(Loss::records).sum();
  }

  private static List<Loss> losses(IngestTally tally, Stage stage) {
    return Arrays.stream(Reason.values())
        .filter(reason -> reason.stage() == stage)
        .map(reason -> new Loss(reason.label(), tally.rejected(reason), help(reason)))
        .toList();
  }

  private static String worst(List<Loss> losses) {
    return losses.stream()
        .filter(loss -> loss.records() > 0)
        .sorted(Comparator.comparing(Loss::records).reversed())
        .limit(SHOWN)
        .map(loss -> format("%d %s (see %s)", loss.records(), loss.reason(), loss.help()))
        .collect(Collectors.joining(", "));
  }

  private static String help(Verdict.Kind kind) {
    return kind == Verdict.Kind.LEAKED ? "dedup.leakage" : "dedup." + kind.label();
  }

  private static String help(Reason reason) {
    return switch (reason) {
      case NO_FINDINGS -> "reports.headers.findings";
      case NO_IMPRESSION -> "reports.headers.impression";
      case NEITHER -> "reports.text-form and reports.headers";
      case SECOND_REPORT -> "clean.second-report";
      case COMMUNICATION_ONLY -> "clean.cut-communication";
      case SHORT_FINDINGS -> "clean.min-findings-words";
      case SHORT_IMPRESSION -> "clean.min-impression-words";
      case NOT_IN_SPLIT_FILE -> "--split-file";
      case MISSING_SPLIT -> "reports.split";
      default -> "docs/data-engineer.md";
    };
  }
}
