package org.radllama.eval.findings;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * One line of the rule file.
 *
 * @param order its place in the file
 * @param kind its section
 * @param observation what it speaks of; null for cues, stops and what is ignored
 * @param elements one after the other
 */
record Phrase(int order, Kind kind, Observation observation, List<Element> elements) {
  /** The sections. */
  enum Kind {
    IGNORE,
    NORMAL,
    UNCERTAIN_BEFORE,
    NEGATIVE_BEFORE,
    NEGATIVE_ADJACENT,
    UNCERTAIN_BETWEEN,
    UNCERTAIN_AFTER,
    NEGATIVE_AFTER,
    STOP,
    STOP_AFTER_COMMA,
    OBSERVATION
  }

  /**
   * A place in a phrase.
   *
   * @param words any of them, empty for any word at all
   * @param prefixes or a word that begins with one of these
   * @param most how many words it takes at most, more than 1 for a gap only
   * @param optional whether it may take none
   */
  record Element(Set<String> words, List<String> prefixes, int most, boolean optional) {
    boolean takes(String word) {
      return isGap() || words.contains(word) || prefixes.stream().anyMatch(word::startsWith);
    }

    boolean isGap() {
      return words.isEmpty() && prefixes.isEmpty();
    }
  }

  /** Reads a line. */
  static Phrase parse(int order, Kind kind, Observation observation, String line) {
    List<Element> elements = Arrays.stream(line.split(" ")).map(Phrase::element).toList();
    if (elements.get(0).optional()) {
      throw new IllegalArgumentException("a phrase must begin with a word: " + line);
    }
    return new Phrase(order, kind, observation, elements);
  }

  private static Element element(String text) {
    if (text.equals("?")) {
      return new Element(Set.of(), List.of(), 1, true);
    }
    if (text.startsWith("~")) {
      return new Element(Set.of(), List.of(), Integer.parseInt(text.substring(1)), true);
    }
    boolean optional = false;
    List<String> words = new ArrayList<>();
    List<String> prefixes = new ArrayList<>();
    for (String word : text.split("\\|")) {
      if (word.equals("?")) {
        optional = true;
      } else if (word.endsWith("*")) {
        prefixes.add(word.substring(0, word.length() - 1));
      } else {
        words.add(word);
      }
    }
    return new Element(Set.copyOf(words), List.copyOf(prefixes), 1, optional);
  }
}
