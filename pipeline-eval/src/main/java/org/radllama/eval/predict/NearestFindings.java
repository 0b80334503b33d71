package org.radllama.eval.predict;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.radllama.ingest.dedup.NormalizedFindings;

/**
 * Finds the findings with the most similar set of words, by Jaccard similarity of {@link
 * NormalizedFindings}; the first on a tie.
 */
public final class NearestFindings {
  private final Map<String, Integer> vocabulary = new HashMap<>();
  private final NearestIndex index;

  /** Indexes findings in the order that breaks ties. */
  public NearestFindings(List<String> findings) {
    int[][] sets = new int[findings.size()][];
    for (int i = 0; i < sets.length; i++) {
      sets[i] =
          words(findings.get(i)).stream()
              .mapToInt(w -> vocabulary.computeIfAbsent(w, absent -> vocabulary.size()))
              .toArray();
    }
    index = new NearestIndex(sets, vocabulary.size());
  }

  /** The position of the nearest, for each text; -1 if nothing is indexed. */
  public int[] nearest(List<String> findings) {
    NearestIndex.Searcher searcher = index.searcher();
    return findings.stream().mapToInt(f -> searcher.nearest(query(f))).toArray();
  }

  NearestIndex index() {
    return index;
  }

  NearestIndex.Query query(String findings) {
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

  private static Set<String> words(String findings) {
    String normalized = NormalizedFindings.of(findings);
    return normalized.isEmpty()
        ? Set.of()
        : new LinkedHashSet<>(Arrays.asList(normalized.split(" ")));
  }
}
