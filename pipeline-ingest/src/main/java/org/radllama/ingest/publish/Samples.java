package org.radllama.ingest.publish;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.radllama.ingest.instruct.InstructionExample;
import org.radllama.ingest.instruct.Split;
import org.radllama.ingest.split.PlacedReport;

/** A few examples for a card that may quote reports. */
public final class Samples {
  private static final int PER_SPLIT = 3;

  private Samples() {}

  /** The first of each split, in the published order. */
  public static List<InstructionExample> first(JavaRDD<PlacedReport> kept) {
    List<InstructionExample> samples = new ArrayList<>();
    for (Split split : Split.values()) {
      kept.filter(report -> report.split() == split).takeOrdered(PER_SPLIT, new ByOrder()).stream()
          .map(report -> Examples.of(report.report()))
          .forEach(samples::add);
    }
    return samples;
  }

  private static final class ByOrder
      implements java.util.Comparator<PlacedReport>, java.io.Serializable {
    @Override
    public int compare(PlacedReport a, PlacedReport b) {
      return a.order().compareTo(b.order());
    }
  }
}
