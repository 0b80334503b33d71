package org.radllama.ingest.publish;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.radllama.page.Charts;
import org.radllama.page.Page;
import org.radllama.page.Table;

/** How long a dataset's sections are, in words between white space. */
final class Lengths {
  private static final int BINS = 40;

  private Lengths() {}

  /** Shortest, median and longest of each source's sections. */
  static Table table(IngestTally tally) {
    List<List<String>> rows = new ArrayList<>();
    for (IngestTally.Source source : tally.sources()) {
      rows.add(lengthRow(source.name, "findings", source.findingsWords));
      rows.add(lengthRow(source.name, "impression", source.impressionWords));
    }
    return new Table(
        "Words between white space, over the reports kept.",
        List.of("source", "section", "shortest", "median", "longest"),
        rows);
  }

  private static List<String> lengthRow(
      String source, String section, SortedMap<Integer, Long> words) {
    int[] sorted = each(words).toArray();
    return sorted.length == 0
        ? List.of(source, section, "", "", "")
        : List.of(
            source,
            section,
            DatasetCard.number(sorted[0]),
            DatasetCard.number(sorted[(sorted.length - 1) / 2]),
            DatasetCard.number(sorted[sorted.length - 1]));
  }

  /** Each report's words, ascending, where there are the reports of each number of words. */
  private static IntStream each(SortedMap<Integer, Long> words) {
    return words.entrySet().stream()
        .flatMapToInt(e -> IntStream.generate(e::getKey).limit(e.getValue()));
  }

  /** Draws the reports by a number of words, if there are any. */
  static void histogram(
      Page page,
      IngestTally tally,
      String what,
      Function<IngestTally.Source, SortedMap<Integer, Long>> of) {
    double[] values =
        tally.sources().stream()
            .flatMapToInt(source -> each(of.apply(source)))
            .asDoubleStream()
            .toArray();
    if (values.length > 0) {
      page.figure("Reports kept by " + what + ".", Charts.histogram(what, values, BINS));
    }
  }
}
