package org.radllama.eval.study;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.radllama.dataset.InstructionExample;
import org.radllama.eval.join.Subset;
import org.radllama.random.CounterRandom;
import org.radllama.text.Words;

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
    LENGTH
  }

  /** A report's stratum, such as {@code openi/normal/words_0_8}; {@code all} without any. */
  public String of(InstructionExample item) {
    List<String> parts = new ArrayList<>();
    for (By part : by) {
      parts.add(
          switch (part) {
            case SOURCE -> item.source();
            case LABEL -> item.label();
            case LENGTH -> lengthClass(Words.number(item.impression()));
          });
    }
    return parts.isEmpty() ? "all" : String.join("/", parts);
  }

  private String lengthClass(int words) {
    return bounds.isEmpty()
        ? "words_any"
        : Subset.ofLength(words, Subset.lengths(bounds), bounds).label();
  }

  /**
   * Draws.
   *
   * @param from ids are unique; their order changes nothing
   * @param n at most as many as there are
   * @return sorted by id
   */
  public List<InstructionExample> draw(List<InstructionExample> from, int n, long seed) {
    Map<String, List<InstructionExample>> strata = new TreeMap<>();
    from.stream()
        .sorted(Comparator.comparing(InstructionExample::id))
        .forEach(item -> strata.computeIfAbsent(of(item), s -> new ArrayList<>()).add(item));
    Map<String, Integer> quotas = quotas(strata, from.size(), n);
    List<InstructionExample> drawn = new ArrayList<>();
    int stratum = 0;
    for (Map.Entry<String, List<InstructionExample>> entry : strata.entrySet()) {
      long stream = CounterRandom.stream(seed, stratum++);
      drawn.addAll(first(entry.getValue(), quotas.get(entry.getKey()), stream));
    }
    drawn.sort(Comparator.comparing(InstructionExample::id));
    return drawn;
  }

  private static Map<String, Integer> quotas(
      Map<String, List<InstructionExample>> strata, long all, int n) {
    Map<String, Integer> quotas = new TreeMap<>();
    strata.forEach((name, items) -> quotas.put(name, (int) (items.size() * (long) n / all)));
    int left = n - quotas.values().stream().mapToInt(q -> q).sum();
    strata.entrySet().stream()
        .sorted(
            Comparator.comparingLong(
                    (Map.Entry<String, List<InstructionExample>> e) ->
                        -(e.getValue().size() * (long) n % all))
                .thenComparing(Map.Entry::getKey))
        .limit(left)
        .forEach(e -> quotas.merge(e.getKey(), 1, Integer::sum));
    return quotas;
  }

  /** The first of a shuffle (Fisher and Yates). */
  private static List<InstructionExample> first(
      List<InstructionExample> items, int n, long stream) {
    List<InstructionExample> left = new ArrayList<>(items);
    List<InstructionExample> drawn = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      int at = i + CounterRandom.below(stream, i, left.size() - i);
      drawn.add(left.set(at, left.get(i)));
    }
    return drawn;
  }
}
