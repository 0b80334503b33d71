package org.radllama.ingest.dedup;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.radllama.dataset.Fingerprint;
import org.radllama.dataset.Sketch;

/** The search without Spark, as its tasks do it. */
final class Searches {
  private Searches() {}

  static TextTable table(List<Member> members, List<String> texts, DedupPolicy policy) {
    Sketch.Maker maker = new Sketch.Maker(policy.similarity());
    List<Sketch> sketches = new ArrayList<>();
    Set<Fingerprint> seen = new HashSet<>();
    for (int m = 0; m < members.size(); m++) {
      if (seen.add(members.get(m).text())) {
        sketches.add(maker.of(texts.get(m)));
      }
    }
    return TextTable.of(members, sketches, policy);
  }

  static NearPairs search(TextTable table) {
    List<NearPairs> parts = new ArrayList<>();
    long[] hot = hot(table);
    // One task a band, the last first: neither may matter.
    for (int band = table.bands() - 1; band >= 0; band--) {
      parts.add(new BandSearch(table, hot).search(List.of(band)));
    }
    return NearPairs.merged(parts, table);
  }

  static long[] hot(TextTable table) {
    Map<Integer, Long> sizes = new TreeMap<>();
    for (int band = 0; band < table.bands(); band++) {
      BandSearch.sizes(table, band).forEach((size, n) -> sizes.merge(size, n, Long::sum));
    }
    int limit =
        BandSearch.limit(sizes, (long) table.similarity().comparisonsPerText() * table.size());
    List<Long> hot = new ArrayList<>();
    for (int band = 0; band < table.bands(); band++) {
      hot.addAll(BandSearch.larger(table, band, limit));
    }
    return hot.stream().mapToLong(bucket -> bucket).sorted().toArray();
  }

  static Decisions decide(List<Member> members, List<String> texts, DedupPolicy policy) {
    TextTable table = table(members, texts, policy);
    return new Decisions(members, table, search(table), policy);
  }

  /** Sorts members by their order, and their texts with them. */
  static void sort(List<Member> members, List<String> texts) {
    List<Integer> by = new ArrayList<>(IntStream.range(0, members.size()).boxed().toList());
    by.sort(Comparator.comparing(i -> members.get(i).order()));
    List<Member> sortedMembers = by.stream().map(members::get).toList();
    List<String> sortedTexts = by.stream().map(texts::get).toList();
    members.clear();
    members.addAll(sortedMembers);
    texts.clear();
    texts.addAll(sortedTexts);
  }
}
