package org.radllama.eval.study;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.radllama.eval.join.Subset;
import org.radllama.eval.predict.EvaluationItem;
import org.radllama.eval.rouge.RougeScorer;
import org.radllama.random.CounterRandom;

/**
 * A seeded draw that keeps the shares of the strata: each gets its part of the sample by largest
 * remainders, ties to the first by name.
 *
 * @param by what divides the reports
 * @param bounds the most words of each class of length but the last
 */
public record Strata(List<By> by, List<Integer> bounds) {
  public Strata {
    by = List.copyOf(by);
    bounds = List.copyOf(bounds);
    Subset.lengths(bounds);
  }

  /** What may divide reports. */
  public enum By {
    SOURCE,
    LABEL,
    LENGTH;

    /**
     * Reads a setting.
     *
     * @throws IllegalArgumentException for any other word
     */
    public static By of(String name) {
      return switch (name) {
        case "source" -> SOURCE;
        case "label" -> LABEL;
        case "length" -> LENGTH;
        default ->
            throw new IllegalArgumentException(
                "pack.strata: %s is none of source, label, length".formatted(name));
      };
    }
  }

  /** A report's stratum, such as {@code openi/normal/words_0_8}; {@code all} without any. */
  public String of(EvaluationItem item) {
    List<String> parts = new ArrayList<>();
    for (By part : by) {
      parts.add(
          switch (part) {
            case SOURCE -> item.dataset();
            case LABEL -> item.label();
            case LENGTH -> lengthClass(RougeScorer.words(item.reference()));
          });
    }
    return parts.isEmpty() ? "all" : String.join("/", parts);
  }

  private String lengthClass(int words) {
    int at = 0;
    while (at < bounds.size() && words > bounds.get(at)) {
      at++;
    }
    return bounds.isEmpty() ? "words_any" : Subset.lengths(bounds).get(at).label();
  }

  /**
   * Draws.
   *
   * @param from ids are unique; their order changes nothing
   * @param n at most as many as there are
   * @return sorted by id
   */
  public List<EvaluationItem> draw(List<EvaluationItem> from, int n, long seed) {
    Map<String, List<EvaluationItem>> strata = new TreeMap<>();
    from.stream()
        .sorted(Comparator.comparing(EvaluationItem::id))
        .forEach(item -> strata.computeIfAbsent(of(item), s -> new ArrayList<>()).add(item));
    Map<String, Integer> quotas = quotas(strata, from.size(), n);
    List<EvaluationItem> drawn = new ArrayList<>();
    int stratum = 0;
    for (Map.Entry<String, List<EvaluationItem>> entry : strata.entrySet()) {
      long stream = CounterRandom.stream(seed, stratum++);
      drawn.addAll(first(entry.getValue(), quotas.get(entry.getKey()), stream));
    }
    drawn.sort(Comparator.comparing(EvaluationItem::id));
    return drawn;
  }

  private static Map<String, Integer> quotas(
      Map<String, List<EvaluationItem>> strata, long all, int n) {
    Map<String, Integer> quotas = new TreeMap<>();
    strata.forEach((name, items) -> quotas.put(name, (int) (items.size() * (long) n / all)));
    int left = n - quotas.values().stream().mapToInt(q -> q).sum();
    strata.entrySet().stream()
        .sorted(
            Comparator.comparingLong(
                    (Map.Entry<String, List<EvaluationItem>> e) ->
                        -(e.getValue().size() * (long) n % all))
                .thenComparing(Map.Entry::getKey))
        .limit(left)
        .forEach(e -> quotas.merge(e.getKey(), 1, Integer::sum));
    return quotas;
  }

  /** The first of a shuffle (Fisher and Yates). */
  private static List<EvaluationItem> first(List<EvaluationItem> items, int n, long stream) {
    List<EvaluationItem> left = new ArrayList<>(items);
    List<EvaluationItem> drawn = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      int at = i + CounterRandom.below(stream, i, left.size() - i);
      drawn.add(left.set(at, left.get(i)));
    }
    return drawn;
  }
}
