package org.radllama.eval.findings;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One line of the rule file.
 *
 * @param order its place in the file
 * @param kind its section
 * @param observations what it speaks of; a cue with one speaks of nothing else
 * @param elements one after the other
 */
record Phrase(int order, Kind kind, List<Observation> observations, List<Element> elements) {
  /** The sections. */
  enum Kind {
    IGNORE,
    NORMAL,
    UNCERTAIN_OVER,
    NO_STATEMENT_BEFORE,
    NO_STATEMENT_AFTER,
    PRESENT_AFTER,
    UNCERTAIN_BEFORE,
    NEGATIVE_BEFORE,
    NEGATIVE_NEAR,
    NEGATIVE_OR_UNCERTAIN_BEFORE,
    NEGATIVE_ADJACENT,
    UNCERTAIN_BETWEEN,
    UNCERTAIN_AFTER,
    NEGATIVE_AFTER,
    STOP,
    OPENING,
    OPENING_ITEM,
    OBSERVATION,
    OTHER;

    /** The name of its section. */
    String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether its phrases name what they speak of. */
    boolean needsObservation() {
      return this == NORMAL || this == OBSERVATION;
    }

    /** Whether it speaks of what stands behind it. */
    boolean isBefore() {
      return switch (this) {
        case NO_STATEMENT_BEFORE,
                UNCERTAIN_BEFORE,
                NEGATIVE_BEFORE,
                NEGATIVE_NEAR,
                NEGATIVE_OR_UNCERTAIN_BEFORE,
                UNCERTAIN_BETWEEN ->
            true;
        default -> false;
      };
    }

    /** Whether it speaks of what stands before it. */
    boolean isAfter() {
      return switch (this) {
        case NO_STATEMENT_AFTER,
                PRESENT_AFTER,
                UNCERTAIN_AFTER,
                NEGATIVE_AFTER,
                UNCERTAIN_BETWEEN ->
            true;
        default -> false;
      };
    }

    /** Whether its phrases leave their words to others. */
    boolean claimsNothing() {
      return this == OPENING || this == OPENING_ITEM;
    }

    static Kind of(String label) {
      return Arrays.stream(values())
          .filter(k -> k.label().equals(label))
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException("there is no section " + label));
    }
  }

  private static final Pattern WORD =
      Pattern.compile("[a-z0-9]+\\*?|[,():.]|-|\\+/-|" + Statement.QUESTION_MARK);

  /**
   * A place in a phrase.
   *
   * @param words any of them, empty for any word at all
   * @param prefixes or a word that begins with one of these
   * @param most how many words it takes at most, more than 1 for a gap only
   * @param optional whether it may take none
   * @param ahead whether it only looks, and leaves its word to other phrases
   */
  record Element(
      Set<String> words, List<String> prefixes, int most, boolean optional, boolean ahead) {
    boolean takes(String word) {
      return isGap() || words.contains(word) || begins(word);
    }

    boolean begins(String word) {
      for (String prefix : prefixes) {
        if (word.startsWith(prefix)) {
          return true;
        }
      }
      return false;
    }

    boolean isGap() {
      return words.isEmpty() && prefixes.isEmpty();
    }
  }

  /**
   * Reads a line.
   *
   * @throws IllegalArgumentException when it can match nothing, or anything
   */
  static Phrase parse(int order, Kind kind, List<Observation> observations, String line) {
    List<Element> elements = Arrays.stream(line.strip().split(" +")).map(Phrase::element).toList();
    if (elements.get(0).optional() || elements.get(0).ahead()) {
      throw new IllegalArgumentException("a phrase must begin with a word: " + line);
    }
    if (elements.subList(0, elements.size() - 1).stream().anyMatch(Element::ahead)) {
      throw new IllegalArgumentException("what only must follow (=) stands at the end: " + line);
    }
    return new Phrase(order, kind, observations, elements);
  }

  private static Element element(String text) {
    if (text.equals("?")) {
      return new Element(Set.of(), List.of(), 1, true, false);
    }
    if (text.startsWith("~")) {
      if (!text.matches("~[1-9]")) {
        throw new IllegalArgumentException("a gap is ~1 to ~9: " + text);
      }
      return new Element(Set.of(), List.of(), text.charAt(1) - '0', true, false);
    }
    boolean optional = false;
    List<String> words = new ArrayList<>();
    List<String> prefixes = new ArrayList<>();
    boolean ahead = text.startsWith("=");
    for (String word : (ahead ? text.substring(1) : text).split("\\|", -1)) {
      if (word.equals("?")) {
        optional = true;
      } else if (!WORD.matcher(word).matches()) {
        throw new IllegalArgumentException(
            "words are of a to z and 0 to 9, in lower case: " + text);
      } else if (word.endsWith("*")) {
        prefixes.add(word.substring(0, word.length() - 1));
      } else {
        words.add(word);
      }
    }
    return new Element(Set.copyOf(words), List.copyOf(prefixes), 1, optional, ahead);
  }
}
