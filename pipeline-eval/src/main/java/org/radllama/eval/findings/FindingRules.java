package org.radllama.eval.findings;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The rule file, indexed by the words that phrases begin with. */
final class FindingRules {
  private static final String RESOURCE = "finding-rules.txt";

  private final Map<String, List<Phrase>> byWord = new HashMap<>();
  private final List<Phrase> byPrefix = new ArrayList<>();
  private final Set<String> neverInGaps = new HashSet<>(Set.of(","));
  private int size;

  private FindingRules() {}

  /** Reads the file that stands beside this class. */
  static FindingRules standard() {
    try (InputStream in = FindingRules.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("missing from the class path: " + RESOURCE);
      }
      FindingRules rules = new FindingRules();
      new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
          .lines()
          .map(String::strip)
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .forEach(rules.new Reader()::line);
      return rules;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
