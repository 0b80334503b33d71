package org.radllama.ingest.publish;

import java.util.ArrayList;
import java.util.List;
import org.radllama.dataset.InstructionExample;
import org.radllama.dataset.Split;
import org.radllama.ingest.store.ReportEntry;
import org.radllama.ingest.store.ReportStore;

/** A few examples for a card that may quote reports. */
public final class Samples {
  private static final int PER_SPLIT = 3;

  private Samples() {}

  /**
   * The first of each split.
   *
   * @param kept the reports published, in their order
   */
  public static List<InstructionExample> first(ReportStore store, List<ReportEntry> kept) {
    List<ReportEntry> first = new ArrayList<>();
    for (Split split : Split.values()) {
      kept.stream().filter(e -> e.split() == split).limit(PER_SPLIT).forEach(first::add);
    }
    return store.fetch(first).stream().map(Examples::of).toList();
  }
}
