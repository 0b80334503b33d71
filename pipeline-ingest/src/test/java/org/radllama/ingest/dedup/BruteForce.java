package org.radllama.ingest.dedup;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.radllama.dataset.NormalizedFindings;
import org.radllama.ingest.split.OrderKey;

/** The rules of deduplication written down as loops over all pairs of reports, on words. */
final class BruteForce {
  /** Those that the tests' corpora have. */
  private static final Set<String> POLARITY = Set.of("no", "left", "нет");

  private final List<Member> members;
  private final DedupPolicy policy;
  private final double[][] jaccard;
  private final boolean[][] equal;
  private final int[] cluster;
  private final List<List<String>> polarities;

  BruteForce(List<Member> members, List<String> texts, DedupPolicy policy) {
    this.members = members;
    this.policy = policy;
    int n = members.size();
    List<String> normalized = texts.stream().map(NormalizedFindings::of).toList();
    List<Set<String>> shingles =
        normalized.stream().map(t -> shingles(t, policy.similarity().shingleWords())).toList();
    this.polarities =
        normalized.stream()
            .map(t -> Stream.of(t.split(" ")).filter(POLARITY::contains).toList())
            .toList();
    this.jaccard = new double[n][n];
    this.equal = new boolean[n][n];
    this.cluster = new int[n];
    for (int i = 0; i < n; i++) {
      cluster[i] = i;
      for (int j = 0; j < n; j++) {
        Set<String> both = new HashSet<>(shingles.get(i));
        both.retainAll(shingles.get(j));
        int union = shingles.get(i).size() + shingles.get(j).size() - both.size();
        jaccard[i][j] = both.size() / (double) union;
        equal[i][j] = normalized.get(i).equals(normalized.get(j));
      }
    }
    connect();
  }

  static Set<String> shingles(String normalized, int size) {
    String[] words = normalized.split(" ");
    Set<String> shingles = new TreeSet<>();
    if (words.length < size) {
      shingles.add(normalized);
    }
    for (int i = 0; i + size <= words.length; i++) {
      shingles.add(String.join(" ", List.of(words).subList(i, i + size)));
    }
    return shingles;
  }

  private boolean near(int i, int j) {
    return equal[i][j] || jaccard[i][j] >= policy.similarity().jaccard();
  }

  private boolean contradict(int i, int j) {
    return policy.keepContradictions() && !polarities.get(i).equals(polarities.get(j));
  }

  /** Every report takes the smallest number of a neighbour until nothing changes. */
  private void connect() {
    for (boolean changed = true; changed; ) {
      changed = false;
      for (int i = 0; i < cluster.length; i++) {
        for (int j = 0; j < cluster.length; j++) {
          if (near(i, j) && !contradict(i, j) && cluster[j] < cluster[i]) {
            cluster[i] = cluster[j];
            changed = true;
          }
        }
      }
    }
  }

  long pairs() {
    long pairs = 0;
    for (int i = 0; i < members.size(); i++) {
      for (int j = i + 1; j < members.size(); j++) {
        pairs += near(i, j) ? 1 : 0;
      }
    }
    return pairs;
  }

  long contradictions() {
    long pairs = 0;
    for (int i = 0; i < members.size(); i++) {
      for (int j = i + 1; j < members.size(); j++) {
        pairs += near(i, j) && contradict(i, j) ? 1 : 0;
      }
    }
    return pairs;
  }

  long clusters() {
    Set<Integer> distinct = new HashSet<>();
    for (int c : cluster) {
      distinct.add(c);
    }
    return distinct.size();
  }

  List<Verdict> verdicts() {
    List<Verdict> verdicts = new ArrayList<>();
    for (int i = 0; i < members.size(); i++) {
      verdicts.add(verdict(i));
    }
    return verdicts;
  }

  private Verdict verdict(int i) {
    if (!members.get(i).train()) {
      return Verdict.Kept.KEPT;
    }
    if (leaks(i)) {
      return removed(i, best(i, false), Verdict.Kind.LEAKED);
    }
    for (int j = 0; j < i; j++) {
      boolean together = policy.near() ? cluster[i] == cluster[j] : policy.exact() && equal[i][j];
      if (together && members.get(j).train() && !leaks(j)) {
        return removed(i, j, equal[i][j] ? Verdict.Kind.EXACT : Verdict.Kind.NEAR);
      }
    }
    return Verdict.Kept.KEPT;
  }

  private Verdict removed(int i, int by, Verdict.Kind kind) {
    return new Verdict.Duplicate(
        members.get(i).order(), id(by), kind, jaccard[i][by], id(cluster[i]));
  }

  private boolean leaks(int i) {
    return policy.leakage() == LeakagePolicy.REMOVE && best(i, false) >= 0;
  }

  /** The neighbour in train, or held out: equal before near, the more similar, then the first. */
  private int best(int i, boolean train) {
    int best = -1;
    for (int j = 0; j < members.size(); j++) {
      if (members.get(j).train() == train && near(i, j)) {
        boolean better =
            best < 0
                || (equal[i][j] && !equal[i][best])
                || (equal[i][j] == equal[i][best] && jaccard[i][j] > jaccard[i][best]);
        best = better ? j : best;
      }
    }
    return best;
  }

  List<Verdict.Leak> leaks() {
    List<Verdict.Leak> leaks = new ArrayList<>();
    for (int i = 0; i < members.size(); i++) {
      int train = members.get(i).train() ? -1 : best(i, true);
      if (train >= 0) {
        OrderKey order = members.get(i).order();
        leaks.add(
            new Verdict.Leak(
                order,
                members.get(i).split(),
                members.get(train).order(),
                equal[i][train],
                jaccard[i][train]));
      }
    }
    return leaks;
  }

  private String id(int i) {
    return members.get(i).order().id();
  }
}
