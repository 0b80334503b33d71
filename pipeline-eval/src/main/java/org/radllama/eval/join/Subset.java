package org.radllama.eval.join;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A part of the reports that is scored by itself.
 *
 * @param order its place in tables
 * @param label its name in {@code metrics.json}
 * @param meaning what is in it, for people
 */
public record Subset(int order, String label, String meaning)
    implements Comparable<Subset>, Serializable {
  /** Every report. */
  public static final Subset ALL = new Subset(0, "all", "every report");

  /** No train report has the same findings after normalisation. */
  public static final Subset CLEAN =
      new Subset(1, "clean", "no train report has the same findings after normalisation");

  /** A train report has the same findings after normalisation. */
  public static final Subset LEAKED =
      new Subset(2, "leaked", "a train report has the same findings after normalisation");

  /** No train report has nearly the same findings. */
  public static final Subset CLEAN_NEAR =
      new Subset(
          3,
          "clean_near",
          "no train report's findings are similar, Jaccard of 3-word shingles 0.7");

  /** The source says normal. */
  public static final Subset NORMAL = new Subset(4, "normal", "the source says normal");

  /** The source says abnormal. */
  public static final Subset ABNORMAL = new Subset(5, "abnormal", "the source says abnormal");

  private static final List<Subset> FIXED =
      List.of(ALL, CLEAN, LEAKED, CLEAN_NEAR, NORMAL, ABNORMAL);

  private static final Comparator<Subset> ORDER =
      Comparator.comparingInt(Subset::order).thenComparing(Subset::label);

  /**
   * Classes of the reference's length.
   *
   * @param bounds the most words of each class but the last, ascending and positive
   */
  public static List<Subset> lengths(List<Integer> bounds) {
    List<Subset> classes = new ArrayList<>();
    int from = 0;
    for (int bound : bounds) {
      if (bound < 1 || bound < from) {
        throw new IllegalArgumentException(
            "subsets.lengths must ascend from at least 1, not " + bounds);
      }
      classes.add(
          new Subset(
              10 + classes.size(),
              "words_%d_%d".formatted(from, bound),
              "the reference has %d to %d words".formatted(from, bound)));
      from = bound + 1;
    }
    if (!bounds.isEmpty()) {
      classes.add(
          new Subset(
              10 + classes.size(),
              "words_%d_up".formatted(from),
              "the reference has %d words or more".formatted(from)));
    }
    return classes;
  }

  /**
   * The subsets that a published {@code metrics.json} names.
   *
   * @param labels all of them; a class of length gets its place among these
   * @return by label
   */
  public static Map<String, Subset> published(Collection<String> labels) {
    Map<String, Subset> known = new TreeMap<>();
    FIXED.stream().filter(s -> labels.contains(s.label)).forEach(s -> known.put(s.label, s));
    List<String> others =
        labels.stream()
            .filter(label -> !known.containsKey(label))
            .distinct()
            .sorted(Comparator.comparingInt(Subset::lowest).thenComparing(label -> label))
            .toList();
    for (String label : others) {
      known.put(label, new Subset(10 + others.indexOf(label), label, meaning(label)));
    }
    return known;
  }

  /** The fewest words of a class of length. */
  private static int lowest(String label) {
    return label.matches("words_\\d{1,9}_.*")
        ? Integer.parseInt(label.split("_")[1])
        : Integer.MAX_VALUE;
  }

  private static String meaning(String label) {
    String[] parts = label.split("_");
    if (lowest(label) == Integer.MAX_VALUE) {
      return "";
    }
    return parts[2].equals("up")
        ? "the reference has %s words or more".formatted(parts[1])
        : "the reference has %s to %s words".formatted(parts[1], parts[2]);
  }

  /**
   * Reads a name.
   *
   * @param lengths the classes of length there are
   * @throws IllegalArgumentException for any other
   */
  public static Subset of(String label, List<Subset> lengths) {
    List<Subset> all = new ArrayList<>(FIXED);
    all.addAll(lengths);
    return all.stream()
        .filter(s -> s.label.equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "not a subset: %s (%s)"
                        .formatted(
                            label, String.join(", ", all.stream().map(s -> s.label).toList()))));
  }

  @Override
  public int compareTo(Subset other) {
    return ORDER.compare(this, other);
  }
}
