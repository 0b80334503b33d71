package org.radllama.eval.join;

import static org.radllama.text.Format.format;

import com.fasterxml.jackson.annotation.JsonValue;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part of the reports that is scored by itself.
 *
 * @param order its place in tables
 * @param label its name in {@code metrics.json}
 * @param meaning what is in it, for people
 */
public record Subset(int order, @JsonValue String label, String meaning)
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

  private static final Pattern WORDS = Pattern.compile("words_(\\d{1,9})_(\\d{1,9}|up)");

  private static final List<Subset> FIXED =
      List.of(ALL, CLEAN, LEAKED, CLEAN_NEAR, NORMAL, ABNORMAL);

  private static final Comparator<Subset> ORDER =
      Comparator.comparingInt(Subset::order).thenComparing(Subset::label);

  /**
   * The subset of a label, as a published {@code metrics.json} has it. A class of length stands in
   * the order of its fewest words; a label that is not known comes last.
   */
  public static Subset labelled(String label) {
    Optional<Subset> fixed = FIXED.stream().filter(s -> s.label.equals(label)).findFirst();
    if (fixed.isPresent()) {
      return fixed.get();
    }
    Matcher words = WORDS.matcher(label);
    if (!words.matches()) {
      return new Subset(Integer.MAX_VALUE, label, "");
    }
    String from = words.group(1);
    String to = words.group(2);
    return new Subset(
        FIXED.size() + Integer.parseInt(from),
        label,
        to.equals("up")
            ? "the reference has %s words or more".formatted(from)
            : "the reference has %s to %s words".formatted(from, to));
  }

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
      classes.add(labelled(format("words_%d_%d", from, bound)));
      from = bound + 1;
    }
    if (!bounds.isEmpty()) {
      classes.add(labelled(format("words_%d_up", from)));
    }
    return classes;
  }

  /**
   * The class of length that a text is in.
   *
   * @param lengths classes as {@link #lengths} makes them, at least one
   * @param bounds what they were made of
   */
  public static Subset ofLength(int words, List<Subset> lengths, List<Integer> bounds) {
    return lengths.get((int) bounds.stream().filter(bound -> words > bound).count());
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
    Subset subset = labelled(label);
    if (!all.contains(subset)) {
      throw new IllegalArgumentException(
          "not a subset: %s (%s)"
              .formatted(label, String.join(", ", all.stream().map(s -> s.label).toList())));
    }
    return subset;
  }

  @Override
  public int compareTo(Subset other) {
    return ORDER.compare(this, other);
  }
}
