package org.radllama.eval.findings;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.radllama.text.Resources;

/** The rule file, indexed by the words that phrases begin with. */
final class FindingRules {
  private final Map<String, List<Phrase>> byWord = new HashMap<>();
  private final List<Phrase> byPrefix = new ArrayList<>();
  private final Set<String> neverInGaps = new HashSet<>(Set.of(","));
  private int size;

  private FindingRules() {}

  /** Reads the file that stands beside this class. */
  static FindingRules standard() {
    FindingRules rules = new FindingRules();
    Resources.text(FindingRules.class, "finding-rules.txt")
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
        .forEach(rules.new Reader()::line);
    return rules;
  }

  /** Phrases that may begin with a word. */
  List<Phrase> beginningWith(String word) {
    List<Phrase> exact = byWord.getOrDefault(word, List.of());
    if (byPrefix.stream().noneMatch(p -> p.elements().get(0).takes(word))) {
      return exact;
    }
    return Stream.concat(
            exact.stream(), byPrefix.stream().filter(p -> p.elements().get(0).takes(word)))
        .distinct()
        .toList();
  }

  boolean mayStandInGap(String word) {
    return !neverInGaps.contains(word);
  }

  int size() {
    return size;
  }

  private void add(Phrase phrase) {
    size++;
    Phrase.Element first = phrase.elements().get(0);
    first.words().forEach(w -> byWord.computeIfAbsent(w, k -> new ArrayList<>()).add(phrase));
    if (!first.prefixes().isEmpty()) {
      byPrefix.add(phrase);
    }
  }

  private final class Reader {
    private String section = "";
    private Observation observation;

    void line(String line) {
      if (line.startsWith("@")) {
        int blank = line.indexOf(' ');
        section = line.substring(1, blank < 0 ? line.length() : blank);
        observation = blank < 0 ? null : Observation.of(line.substring(blank + 1));
      } else if (section.equals("never-in-gaps")) {
        neverInGaps.add(line);
      } else {
        Phrase.Kind kind = Phrase.Kind.valueOf(section.replace('-', '_').toUpperCase(Locale.ROOT));
        add(Phrase.parse(size, kind, observation, line));
      }
    }
  }
}
