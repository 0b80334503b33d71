package org.radllama.ingest.publish;

import static org.radllama.text.Format.format;

import java.io.Serializable;
import java.util.HashMap;
import org.radllama.dataset.InstructionExample;
import org.radllama.dataset.NormalizedFindings;
import org.radllama.dataset.WordHashes;

/** How many different words a corpus has, the more reports are read. Holds hashes of words. */
final class VocabularyGrowth implements Serializable {
  private final HashMap<Long, Long> firstRank = new HashMap<>();

  void add(InstructionExample example, long rank) {
    add(example.findings(), rank);
    add(example.impression(), rank);
  }

  private void add(String text, long rank) {
    for (long word : WordHashes.of(NormalizedFindings.of(text))) {
      firstRank.merge(word, rank, Math::min);
    }
  }

  VocabularyGrowth merge(VocabularyGrowth other) {
    other.firstRank.forEach((word, rank) -> firstRank.merge(word, rank, Math::min));
    return this;
  }

  /** Different words in all. */
  long size() {
    return firstRank.size();
  }

  /**
   * Different words in the first reports.
   *
   * @param reports how many reports, ascending
   */
  double[] sizes(double[] reports) {
    long[] firsts = firstRank.values().stream().mapToLong(rank -> rank).sorted().toArray();
    double[] sizes = new double[reports.length];
    int seen = 0;
    for (int i = 0; i < reports.length; i++) {
      while (seen < firsts.length && firsts[seen] < reports[i]) {
        seen++;
      }
      sizes[i] = seen;
    }
    return sizes;
  }

  @Override
  public String toString() {
    return format("VocabularyGrowth[%d words]", firstRank.size());
  }
}
