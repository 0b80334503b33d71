package org.radllama.ingest.split;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.api.java.JavaRDD;
import org.radllama.ingest.instruct.Split;
import org.radllama.ingest.read.Outcome;
import org.radllama.ingest.run.JobFailure;
import scala.Tuple2;

/** Checks over all reports at once, on Spark: patients in one split each, ids once each. */
public final class IntegrityCheck {
  private static final String PATIENT = "patient ";
  private static final String REPORT = "report ";

  private IntegrityCheck() {}

  /**
   * Runs both checks in one pass; only offenders come to the driver.
   *
   * @return for ids that came more than once, the origin of the first
   * @throws JobFailure exit 3 when a patient is in more than one split
   */
  public static Map<String, Long> run(JavaRDD<Outcome<PlacedReport>> outcomes) {
    // The patient's value is a set of splits, the report's is its first origin; both merge freely.
    List<Tuple2<String, long[]>> offenders =
        outcomes
            .filter(outcome -> outcome instanceof Outcome.Kept)
            .flatMapToPair(
                outcome -> {
                  PlacedReport placed = ((Outcome.Kept<PlacedReport>) outcome).value();
                  String patient = placed.report().source() + "/" + placed.report().patient();
                  return List.of(
                          new Tuple2<>(PATIENT + patient, new long[] {bit(placed.split()), 0}),
                          new Tuple2<>(
                              REPORT + placed.report().id(),
                              new long[] {placed.report().origin(), 1}))
                      .iterator();
                })
            .reduceByKey(IntegrityCheck::merge)
            .filter(IntegrityCheck::offends)
            .collect();
    TreeMap<String, TreeSet<String>> crossing = new TreeMap<>();
    Map<String, Long> repeated = new TreeMap<>();
    for (Tuple2<String, long[]> offender : offenders) {
      if (offender._1().startsWith(PATIENT)) {
        crossing.put(
            offender._1().substring(PATIENT.length()), new TreeSet<>(splits(offender._2()[0])));
      } else {
        repeated.put(offender._1().substring(REPORT.length()), offender._2()[0]);
      }
    }
    if (!crossing.isEmpty()) {
      throw SplitTable.crossing("the split given (--split-file, reports.split)", crossing);
    }
    return repeated;
  }

  private static long[] merge(long[] a, long[] b) {
    return a[1] == 0 ? new long[] {a[0] | b[0], 0} : new long[] {Math.min(a[0], b[0]), a[1] + b[1]};
  }

  private static boolean offends(Tuple2<String, long[]> entry) {
    return entry._1().startsWith(PATIENT) ? Long.bitCount(entry._2()[0]) > 1 : entry._2()[1] > 1;
  }

  @SuppressWarnings("EnumOrdinal") // A set in one word; it never leaves the job.
  private static long bit(Split split) {
    return 1L << split.ordinal();
  }

  private static List<String> splits(long set) {
    List<String> labels = new ArrayList<>();
    for (Split split : Split.values()) {
      if ((set & bit(split)) != 0) {
        labels.add(split.label());
      }
    }
    return labels;
  }
}
