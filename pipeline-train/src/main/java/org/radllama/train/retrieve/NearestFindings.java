package org.radllama.train.retrieve;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.radllama.dataset.NormalizedFindings;

/**
 * Finds the findings with the most similar set of words, by Jaccard similarity of {@link
 * NormalizedFindings}; the first on a tie.
 */
public final class NearestFindings {
  private final Map<String, Integer> vocabulary = new HashMap<>();
  private final NearestIndex index;
  private final int longest;

  /** Indexes findings by their words, in the order that breaks ties. */
  public NearestFindings(List<String> findings) {
    this(findings, 1);
  }

  /**
   * Indexes findings in the order that breaks ties.
   *
   * @param longest 1 for sets of words; 2 for words and pairs of adjacent words, and so on
   */
  public NearestFindings(List<String> findings, int longest) {
    this.longest = longest;
    int[][] sets = new int[findings.size()][];
    for (int i = 0; i < sets.length; i++) {
      sets[i] =
          words(findings.get(i)).stream()
              .mapToInt(w -> vocabulary.computeIfAbsent(w, absent -> vocabulary.size()))
              .toArray();
    }
    index = new NearestIndex(sets, vocabulary.size());
  }

  /** What is sent to executors. */
  public NearestIndex index() {
    return index;
  }

  /** What is looked for in the index. */
  public NearestIndex.Query query(String findings) {
    Set<String> words = words(findings);
    int[] known =
        words.stream()
            .map(vocabulary::get)
            .filter(Objects::nonNull)
            .mapToInt(Integer::intValue)
            .toArray();
    Arrays.sort(known);
    return new NearestIndex.Query(known, words.size());
  }

  private Set<String> words(String findings) {
    String normalized = NormalizedFindings.of(findings);
    if (normalized.isEmpty()) {
      return Set.of();
    }
    String[] words = normalized.split(" ");
    Set<String> all = new LinkedHashSet<>(Arrays.asList(words));
    for (int n = 2; n <= longest; n++) {
      for (int at = 0; at + n <= words.length; at++) {
        all.add(String.join(" ", Arrays.asList(words).subList(at, at + n)));
      }
    }
    return all;
  }
}
