package org.radllama.eval.join;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.radllama.dataset.Similarity;
import org.radllama.dataset.Sketch;

/**
 * Whether train has findings similar to given ones: sets of 3-word shingles with a Jaccard
 * similarity of at least 0.7, decided exactly. Two sets that similar share one of their rarest
 * shingles (prefix filtering; Bayardo, Ma and Srikant 2007), so only those are indexed and looked
 * up.
 */
final class NearTrain {
  private static final Similarity SIMILARITY = new Similarity(3, 0.7, 1);

  private final Map<Long, Integer> frequencies = new HashMap<>();
  private final Map<Long, List<Integer>> postings = new HashMap<>();
  private final long[][] sets;

  /** Indexes train's findings; equal ones once. */
  NearTrain(List<String> findings) {
    sets = findings.stream().distinct().map(NearTrain::shingles).toArray(long[][]::new);
    for (long[] set : sets) {
      for (long shingle : set) {
        frequencies.merge(shingle, 1, Integer::sum);
      }
    }
    for (int i = 0; i < sets.length; i++) {
      for (long shingle : rarest(sets[i])) {
        postings.computeIfAbsent(shingle, s -> new ArrayList<>()).add(i);
      }
    }
  }

  /** Whether a set of train is similar. */
  boolean has(String findings) {
    long[] set = shingles(findings);
    for (long shingle : rarest(set)) {
      for (int candidate : postings.getOrDefault(shingle, List.of())) {
        if (similar(set, sets[candidate])) {
          return true;
        }
      }
    }
    return false;
  }

  private static long[] shingles(String findings) {
    return new Sketch.Maker(SIMILARITY).of(findings).shingles();
  }

  /** As many of a set that a similar one cannot lack them all, the rarest in train first. */
  private long[] rarest(long[] set) {
    int prefix = set.length - (int) Math.ceil(SIMILARITY.jaccard() * set.length - 1e-9) + 1;
    return Arrays.stream(set)
        .boxed()
        .sorted(
            Comparator.comparingInt((Long s) -> frequencies.getOrDefault(s, 0))
                .thenComparing(Comparator.naturalOrder()))
        .limit(prefix)
        .mapToLong(Long::longValue)
        .toArray();
  }

  private static boolean similar(long[] a, long[] b) {
    int common = 0;
    for (int i = 0, j = 0; i < a.length && j < b.length; ) {
      if (a[i] == b[j]) {
        common++;
        i++;
        j++;
      } else if (a[i] < b[j]) {
        i++;
      } else {
        j++;
      }
    }
    return common / (double) (a.length + b.length - common) >= SIMILARITY.jaccard();
  }
}
