package org.radllama.eval.findings;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.radllama.text.Resources;

/** The rule file, indexed by the words that phrases begin with. Serves one thread. */
final class FindingRules {
  /** Words whose phrases are remembered. */
  private static final int MOST_REMEMBERED = 50_000;

  /** Shorter words are too close to others to be corrected. */
  private static final int SHORTEST_CORRECTED = 8;

  private final Map<String, List<Phrase>> byWord = new HashMap<>();
  private final List<Phrase> byPrefix = new ArrayList<>();
  private final Set<String> neverInGaps =
      new HashSet<>(Set.of(",", "(", ")", ":", "-", ".", Statement.QUESTION_MARK));
  private final Set<String> vocabulary = new HashSet<>();
  private final Set<String> correctable = new TreeSet<>();
  private final Map<String, List<Phrase>> known = new HashMap<>();
  private final Map<String, String> spellings = new HashMap<>();
  private int size;

  private FindingRules() {}

  /**
   * The file that stands beside this class, behind the phrases of users.
   *
   * @param own lines {@code section: phrase}
   * @throws IllegalArgumentException when a line is wrong
   */
  static FindingRules with(List<String> own) {
    FindingRules rules = new FindingRules();
    own.forEach(line -> rules.own(line));
    Resources.text(FindingRules.class, "finding-rules.txt")
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
        .forEach(rules.new Reader()::line);
    return rules;
  }

  /** Phrases that may begin with a word. */
  List<Phrase> beginningWith(String word) {
    List<Phrase> phrases = known.get(word);
    if (phrases == null) {
      if (known.size() >= MOST_REMEMBERED) {
        known.clear();
      }
      phrases = found(word);
      known.put(word, phrases);
    }
    return phrases;
  }

  private List<Phrase> found(String word) {
    List<Phrase> found = new ArrayList<>(byWord.getOrDefault(word, List.of()));
    for (Phrase phrase : byPrefix) {
      if (phrase.elements().get(0).begins(word) && !found.contains(phrase)) {
        found.add(phrase);
      }
    }
    return List.copyOf(found);
  }

  /** The word of an observation that this one is misspelled from; else the word itself. */
  String spelled(String word) {
    if (word.length() < SHORTEST_CORRECTED - 1 || vocabulary.contains(word)) {
      return word;
    }
    String known = spellings.get(word);
    if (known == null) {
      if (spellings.size() >= MOST_REMEMBERED) {
        spellings.clear();
      }
      known = Spelling.closest(word, correctable);
      spellings.put(word, known);
    }
    return known;
  }

  boolean mayStandInGap(String word) {
    return !neverInGaps.contains(word);
  }

  private void own(String line) {
    int colon = line.indexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("a phrase is written \"section: words\": " + line);
    }
    Reader reader = new Reader();
    reader.section(line.substring(0, colon).strip());
    String phrase = line.substring(colon + 1).strip();
    if (phrase.isEmpty() || reader.kind == null) {
      throw new IllegalArgumentException("a phrase is written \"section: words\": " + line);
    }
    reader.line(phrase);
  }

  private void add(Phrase phrase) {
    size++;
    Phrase.Element first = phrase.elements().get(0);
    first.words().forEach(w -> byWord.computeIfAbsent(w, k -> new ArrayList<>()).add(phrase));
    if (!first.prefixes().isEmpty()) {
      byPrefix.add(phrase);
    }
    for (Phrase.Element element : phrase.elements()) {
      vocabulary.addAll(element.words());
      if (phrase.kind() == Phrase.Kind.OBSERVATION) {
        element.words().stream()
            .filter(w -> w.length() >= SHORTEST_CORRECTED)
            .forEach(correctable::add);
      }
    }
  }

  private final class Reader {
    private Phrase.Kind kind;
    private List<Observation> observations = List.of();

    void line(String line) {
      if (line.startsWith("@")) {
        section(line.substring(1));
      } else if (kind == null) {
        neverInGaps.add(line);
      } else {
        add(Phrase.parse(size, kind, observations, line));
      }
    }

    void section(String line) {
      int blank = line.indexOf(' ');
      String label = blank < 0 ? line : line.substring(0, blank);
      kind = label.equals("never-in-gaps") ? null : Phrase.Kind.of(label);
      observations =
          blank < 0
              ? List.of()
              : Arrays.stream(line.substring(blank + 1).split(","))
                  .map(String::strip)
                  .map(Observation::of)
                  .toList();
      if (kind != null && kind.needsObservation() && observations.isEmpty()) {
        throw new IllegalArgumentException("section " + label + " needs an observation");
      }
    }
  }
}
