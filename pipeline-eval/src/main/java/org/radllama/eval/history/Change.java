package org.radllama.eval.history;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.radllama.eval.report.Numbers;
import org.radllama.eval.report.PublishedScores;
import org.radllama.eval.score.statistics.Summary;

/**
 * What is not the same in two runs.
 *
 * @param key a fact's path, {@code input.NAME}, or {@code score.} and its place
 * @param before in the earlier run; empty where it has none
 * @param after in the later run; empty where it has none
 * @param compares whether a difference means anything: scores of other reports do not compare
 */
public record Change(String key, String before, String after, boolean compares) {
  private static final int SHOWN_DIGEST = 12;

  private static final String SCORE = "score.";

  /** All differences, by key. */
  static List<Change> between(PublishedRun a, PublishedRun b) {
    SortedMap<String, String> before = comparable(a);
    SortedMap<String, String> after = comparable(b);
    Map<String, String> reportsBefore = reports(a);
    Map<String, String> reportsAfter = reports(b);
    return Stream.of(before, after)
        .flatMap(run -> run.keySet().stream())
        .distinct()
        .sorted()
        .map(
            key ->
                new Change(
                    key,
                    before.getOrDefault(key, ""),
                    after.getOrDefault(key, ""),
                    compare(reportsBefore.get(key), reportsAfter.get(key), key)))
        .filter(change -> !change.before.equals(change.after))
        .toList();
  }

  /** All that can differ, as text; the page's own comparison reads the same. */
  static SortedMap<String, String> comparable(PublishedRun run) {
    SortedMap<String, String> all = new TreeMap<>(run.facts());
    run.inputs().forEach(i -> all.put("input." + i.name(), i.sha256().substring(0, SHOWN_DIGEST)));
    run.scores().forEach(s -> all.put(key(s), text(s)));
    run.testSets()
        .forEach(
            (part, set) ->
                all.put(
                    String.join(
                        ".",
                        "test-set",
                        part.corpus().dataset(),
                        part.corpus().split(),
                        part.subset().label()),
                    set.substring(0, SHOWN_DIGEST)));
    return all;
  }

  /** Which reports each score is of, by its key, as far as the run says it. */
  static Map<String, String> reports(PublishedRun run) {
    Map<String, String> reports = new TreeMap<>();
    run.scores()
        .forEach(
            s ->
                run.testSet(PublishedScores.Part.of(s.key()))
                    .ifPresent(set -> reports.put(key(s), set.substring(0, SHOWN_DIGEST))));
    return reports;
  }

  private static boolean compare(String before, String after, String key) {
    return !key.startsWith(SCORE) || (before != null && before.equals(after));
  }

  private static String key(Summary s) {
    return SCORE + String.join(".", s.key().path());
  }

  /** A score with its interval, if it has one. */
  static String text(Summary s) {
    return Double.isFinite(s.low()) && Double.isFinite(s.high())
        ? Numbers.interval(s)
        : Numbers.score(s.mean());
  }

  /** How much a number grew. */
  OptionalDouble difference() {
    OptionalDouble a = number(before);
    OptionalDouble b = number(after);
    return compares && a.isPresent() && b.isPresent()
        ? OptionalDouble.of(b.getAsDouble() - a.getAsDouble())
        : OptionalDouble.empty();
  }

  private static OptionalDouble number(String text) {
    String first = text.replaceFirst(" \\[.*", "");
    return first.matches("-?[0-9]{1,18}(\\.[0-9]+)?([eE][-+]?[0-9]{1,3})?")
        ? OptionalDouble.of(Double.parseDouble(first))
        : OptionalDouble.empty();
  }
}
