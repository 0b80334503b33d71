package org.radllama.ingest.split;

import java.io.Serializable;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.radllama.dataset.Split;
import org.radllama.ingest.record.Outcome;
import org.radllama.ingest.record.Reason;
import org.radllama.ingest.record.Report;

/**
 * Places reports: a source with a split file by the file, reports that name their split there,
 * others by the seed.
 */
public final class Splitter implements Serializable {
  private final SeededSplit seeded;
  private final Map<String, SplitTable> tables;
  private final Set<String> validating = new HashSet<>();

  /**
   * A splitter.
   *
   * @param tables the split file of each source that has one
   */
  public Splitter(SeededSplit seeded, Map<String, SplitTable> tables) {
    this.seeded = seeded;
    this.tables = new HashMap<>(tables);
    tables.forEach(
        (source, table) -> {
          if (table.validates()) {
            validating.add(source);
          }
        });
  }

  /** The report in its split, or its rejection when its source's split file leaves it out. */
  public Outcome<PlacedReport> place(Report report) {
    SplitTable table = tables.get(report.source());
    if (table == null) {
      Split split =
          report.split() != null ? report.split() : seeded.split(report.source(), report.patient());
      return Outcome.kept(new PlacedReport(report, split, OrderKey.UNLISTED));
    }
    Optional<SplitTable.Entry> entry = table.find(report.id());
    if (entry.isEmpty()) {
      return report.reject(Reason.NOT_IN_SPLIT_FILE, "--split-file of " + report.source());
    }
    Split split = entry.get().split();
    if (split == Split.TRAIN && !validating.contains(report.source())) {
      split = seeded.validateFromTrain(report.source(), report.patient());
    }
    return Outcome.kept(new PlacedReport(report, split, entry.get().position()));
  }
}
