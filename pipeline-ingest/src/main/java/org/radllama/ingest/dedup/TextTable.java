package org.radllama.ingest.dedup;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.radllama.dataset.Fingerprint;
import org.radllama.dataset.MinHashBands;
import org.radllama.dataset.Similarity;
import org.radllama.dataset.Sketch;

/**
 * The distinct findings of a corpus in the order of their first reports, as columns of hashes:
 * about 0.5 KB a text, which the driver holds and every executor gets once.
 */
public final class TextTable implements Serializable {
  /** No report of this kind has the text. */
  static final int NONE = -1;

  /** Words of the bitmap; wide enough that few shingles of a report share a bit. */
  private static final int WORDS = 4;

  private final Similarity similarity;
  private final boolean keepContradictions;
  private final int bands;
  private final int[] offsets;
  private final long[] shingles;
  private final int[] keys;
  private final long[] polarities;
  private final int[] reports;
  private final int[] firstTrain;
  private final int[] firstHeldOut;
  private transient long[] bitmaps;
  private transient int[] mostDifference;
  private transient int[] textOf;

  private TextTable(DedupPolicy policy, int texts, long shingleCount, int members) {
    this.similarity = policy.similarity();
    this.keepContradictions = policy.keepContradictions();
    this.bands = MinHashBands.of(this.similarity.jaccard()).bands();
    this.offsets = new int[texts + 1];
    this.shingles = new long[Math.toIntExact(shingleCount)];
    this.keys = new int[Math.multiplyExact(texts, bands)];
    this.polarities = new long[texts];
    this.reports = new int[texts];
    this.firstTrain = filled(texts);
    this.firstHeldOut = filled(texts);
    this.textOf = new int[members];
  }

  private static int[] filled(int texts) {
    int[] none = new int[texts];
    Arrays.fill(none, NONE);
    return none;
  }

  /**
   * Collapses equal findings.
   *
   * @param members all reports, sorted by their order
   * @param sketches of all their texts; others and repeated ones may be among them
   */
  public static TextTable of(
      List<Member> members, Collection<Sketch> sketches, DedupPolicy policy) {
    Set<Fingerprint> wanted = new HashSet<>();
    members.forEach(member -> wanted.add(member.text()));
    Map<Fingerprint, Sketch> byText = new HashMap<>(wanted.size() * 2);
    for (Sketch sketch : sketches) {
      if (wanted.contains(sketch.text())) {
        byText.put(sketch.text(), sketch);
      }
    }
    long shingleCount = byText.values().stream().mapToLong(s -> s.shingles().length).sum();
    TextTable table = new TextTable(policy, byText.size(), shingleCount, members.size());
    Map<Fingerprint, Integer> indices = new HashMap<>(byText.size() * 2);
    for (int m = 0; m < members.size(); m++) {
      Member member = members.get(m);
      int next = indices.size();
      int text = indices.computeIfAbsent(member.text(), key -> next);
      if (text == next) {
        table.put(text, byText.get(member.text()));
      }
      table.count(m, text, member.train());
    }
    table.index();
    return table;
  }

  private void put(int text, Sketch sketch) {
    int from = offsets[text];
    System.arraycopy(sketch.shingles(), 0, shingles, from, sketch.shingles().length);
    offsets[text + 1] = from + sketch.shingles().length;
    System.arraycopy(sketch.keys(), 0, keys, text * bands, bands);
    polarities[text] = keepContradictions ? sketch.polarity() : 0;
  }

  private void count(int member, int text, boolean train) {
    textOf[member] = text;
    reports[text]++;
    int[] first = train ? firstTrain : firstHeldOut;
    first[text] = first[text] == NONE ? member : first[text];
  }

  private void index() {
    mostDifference = mostDifferences();
    bitmaps = new long[size() * WORDS];
    for (int text = 0; text < size(); text++) {
      for (int i = offsets[text]; i < offsets[text + 1]; i++) {
        int bit = (int) (shingles[i] >>> 56);
        bitmaps[text * WORDS + (bit >>> 6)] |= 1L << bit;
      }
    }
  }

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    index();
  }

  Similarity similarity() {
    return similarity;
  }

  int size() {
    return reports.length;
  }

  int bands() {
    return bands;
  }

  int key(int text, int band) {
    return keys[text * bands + band];
  }

  /** Reports that have the text. */
  int reports(int text) {
    return reports[text];
  }

  /** The first report of train with the text, or {@link #NONE}. */
  int firstTrain(int text) {
    return firstTrain[text];
  }

  /** The first held-out report with the text, or {@link #NONE}. */
  int firstHeldOut(int text) {
    return firstHeldOut[text];
  }

  /** Whether one has a report in train and the other a held-out one. */
  boolean crossesSplits(int a, int b) {
    return (firstTrain[a] != NONE && firstHeldOut[b] != NONE)
        || (firstTrain[b] != NONE && firstHeldOut[a] != NONE);
  }

  /** The text of a member; known where the table was made. */
  int textOf(int member) {
    return textOf[member];
  }

  /** Whether two texts have the same key in a band before this one. */
  boolean meetBefore(int a, int b, int band) {
    for (int x = a * bands, y = b * bands, end = x + band; x < end; x++, y++) {
      if (keys[x] == keys[y]) {
        return true;
      }
    }
    return false;
  }

  /** What divides texts that contradict one another: equal for those that may be merged. */
  long polarity(int text) {
    return polarities[text];
  }

  /** Whether two texts may not be merged, however near they are. */
  boolean contradict(int a, int b) {
    return polarities[a] != polarities[b];
  }

  /** Exact Jaccard similarity of two texts' shingles. */
  double jaccard(int a, int b) {
    int common = common(a, b);
    return common / (double) (length(a) + length(b) - common);
  }

  /**
   * Whether the similarity may reach the threshold: no by the sizes, or by bits that one has and
   * the other has not, each of which is at least one shingle not in both; never a wrong no.
   */
  boolean mayBeNear(int a, int b) {
    int x = length(a);
    int y = length(b);
    int most = mostDifference[x + y];
    if (Math.abs(x - y) > most) {
      return false;
    }
    int p = a * WORDS;
    int q = b * WORDS;
    int different =
        Long.bitCount(bitmaps[p] ^ bitmaps[q]) + Long.bitCount(bitmaps[p + 1] ^ bitmaps[q + 1]);
    // Half of the bits tell most pairs apart.
    return different <= most
        && different
                + Long.bitCount(bitmaps[p + 2] ^ bitmaps[q + 2])
                + Long.bitCount(bitmaps[p + 3] ^ bitmaps[q + 3])
            <= most;
  }

  /** How many shingles of two near texts are in one only, by the sum of their sizes. */
  private int[] mostDifferences() {
    int longest = 0;
    for (int text = 0; text < size(); text++) {
      longest = Math.max(longest, length(text));
    }
    int[] most = new int[2 * longest + 1];
    int common = 0;
    for (int sum = 0; sum < most.length; sum++) {
      while (common < sum && common / (double) (sum - common) < similarity.jaccard()) {
        common++;
      }
      most[sum] = sum - 2 * common;
    }
    return most;
  }

  private int length(int text) {
    return offsets[text + 1] - offsets[text];
  }

  private int common(int a, int b) {
    int i = offsets[a];
    int j = offsets[b];
    int common = 0;
    int endA = offsets[a + 1];
    int endB = offsets[b + 1];
    while (i < endA && j < endB) {
      long x = shingles[i];
      long y = shingles[j];
      if (x == y) {
        common++;
        i++;
        j++;
      } else if (x < y) {
        i++;
      } else {
        j++;
      }
    }
    return common;
  }
}
