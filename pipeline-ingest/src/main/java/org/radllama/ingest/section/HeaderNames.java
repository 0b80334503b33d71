package org.radllama.ingest.section;

import java.io.Serializable;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.radllama.run.Json;

/**
 * The names of sections in reports of free form, by language: those shipped, and those that the
 * settings add, which come first. Case, accents and hyphens do not matter.
 */
public final class HeaderNames implements Serializable {
  private static final int MOST_WORDS = 6;
  private static final Pattern MARKS = Pattern.compile("\\p{Mn}+");
  private static final Shipped SHIPPED =
      Json.shipped(HeaderNames.class, "header-names.json", Shipped.class);

  private final Map<String, Heading> names = new HashMap<>();
  private final Set<String> firstWords = new HashSet<>();
  private final Set<String> joiners = Set.copyOf(SHIPPED.joiners());
  private final Set<String> qualifiers = new HashSet<>(SHIPPED.qualifiers());

  /**
   * What is known of names.
   *
   * @param names by language and heading
   * @param joiners what stands between two names in one header
   * @param qualifiers words that may stand before a name
   */
  private record Shipped(
      Map<String, Map<String, List<String>>> names,
      List<String> joiners,
      List<String> qualifiers) {}

  /**
   * Names.
   *
   * @param languages whose shipped names count, as in {@link #languages}
   * @param findings further names of the findings
   * @param impression further names of the impression
   * @param background further names of sections that are neither
   * @throws IllegalArgumentException for an unknown language, or a name that cannot be one
   */
  public HeaderNames(
      List<String> languages,
      List<String> findings,
      List<String> impression,
      List<String> background) {
    for (String language : languages) {
      Map<String, List<String>> shipped = SHIPPED.names().get(language);
      if (shipped == null) {
        throw new IllegalArgumentException(
            "reports.headers.languages must be among %s, not %s".formatted(languages(), language));
      }
      for (Heading heading : Heading.values()) {
        shipped.getOrDefault(heading.key(), List.of()).forEach(name -> add(name, heading, false));
      }
    }
    findings.forEach(name -> add(name, Heading.FINDINGS, true));
    impression.forEach(name -> add(name, Heading.IMPRESSION, true));
    background.forEach(name -> add(name, Heading.NOTIFICATION, true));
  }

  /** The names of all languages. */
  public static HeaderNames shipped() {
    return new HeaderNames(List.copyOf(languages()), List.of(), List.of(), List.of());
  }

  /** The languages whose names are shipped. */
  public static Set<String> languages() {
    return new TreeSet<>(SHIPPED.names().keySet());
  }

  private void add(String name, Heading heading, boolean given) {
    List<String> words = words(name);
    if (words.isEmpty() || words.size() > MOST_WORDS) {
      throw new IllegalArgumentException(
          "reports.headers: a name has 1 to %s words, not \"%s\"".formatted(MOST_WORDS, name));
    }
    String key = String.join(" ", words);
    if (given) {
      names.put(key, heading);
    } else {
      names.putIfAbsent(key, heading);
    }
    firstWords.add(words.get(0));
  }

  private static List<String> words(String name) {
    List<String> words = new ArrayList<>();
    for (String word : fold(name).split("[\\s-]+")) {
      if (!word.isEmpty()) {
        words.add(word);
      }
    }
    return words;
  }

  /** A word in one case, without accents. */
  static String fold(String word) {
    String lower = word.toLowerCase(Locale.ROOT);
    for (int i = 0; i < lower.length(); i++) {
      if (lower.charAt(i) >= 0x80) {
        return MARKS
            .matcher(Normalizer.normalize(lower, Normalizer.Form.NFD))
            .replaceAll("")
            .replace("\u00df", "ss")
            .replace('\u2019', '\'');
      }
    }
    return lower;
  }

  /** What some folded words are the name of, null if of nothing. */
  Heading of(List<String> words) {
    Heading whole = names.get(String.join(" ", words));
    return whole != null ? whole : joined(words);
  }

  /** Two names in one header: the findings and the impression before other sections. */
  private Heading joined(List<String> words) {
    int at = 1;
    while (at < words.size() && !joiners.contains(words.get(at))) {
      at++;
    }
    if (at >= words.size() - 1) {
      return null;
    }
    Heading first = names.get(String.join(" ", words.subList(0, at)));
    Heading second = of(words.subList(at + 1, words.size()));
    if (first == null || second == null) {
      return null;
    }
    List<Heading.Place> places = List.of(first.place(), second.place());
    if (places.containsAll(List.of(Heading.Place.FINDINGS, Heading.Place.IMPRESSION))) {
      return Heading.BOTH;
    }
    return second.isStrong() && !first.isStrong() ? second : first;
  }

  /** Whether a name can begin with a folded word. */
  boolean begins(String word) {
    return firstWords.contains(word) || qualifiers.contains(word);
  }

  /** What the last words name where those before only say of which part: {@code CHEST FINDINGS}. */
  Heading qualified(List<String> words) {
    Heading last = names.get(words.get(words.size() - 1));
    boolean known =
        last != null
            && last.isStrong()
            && words.subList(0, words.size() - 1).stream().allMatch(qualifiers::contains);
    return known ? last : null;
  }
}
