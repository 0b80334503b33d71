package org.radllama.ingest.dedup;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Finds near pairs band by band. Texts with the same key in a band are a bucket; all pairs of a
 * bucket are compared, each in the first band that brings it together, so that every pair counts
 * once. That is quadratic in the bucket, so where a corpus holds too many nearly equal texts its
 * largest buckets are hot: there each text is compared to a bounded number of others only. Pairs
 * are not counted then, and those within a cluster that is known already are passed over; what
 * belongs together is still connected.
 */
final class BandSearch {
  /** Comparisons of a text in a hot bucket: to those that led earlier ones, and to neighbours. */
  static final int LEADERS = 32;

  static final int WINDOW = 8;

  private final TextTable table;
  private final long[] hot;
  private final NearPairs.Collector found;

  /**
   * A search.
   *
   * @param hot the hot buckets of all bands, see {@link #bucket}, ascending
   */
  BandSearch(TextTable table, long[] hot) {
    this.table = table;
    this.hot = hot;
    this.found = new NearPairs.Collector(table);
  }

  /** The name of a bucket. */
  static long bucket(int band, int key) {
    return ((long) band << 32) | (key & 0xffffffffL);
  }

  /** How many buckets of each size a band has; sizes below 2 are left out. */
  static Map<Integer, Long> sizes(TextTable table, int band) {
    Map<Integer, Long> sizes = new TreeMap<>();
    forEachBucket(table, band, (texts, key) -> sizes.merge(texts.length, 1L, Long::sum));
    return sizes;
  }

  /** The buckets of a band that are larger than a limit. */
  static List<Long> larger(TextTable table, int band, int limit) {
    List<Long> larger = new ArrayList<>();
    forEachBucket(
        table,
        band,
        (texts, key) -> {
          if (texts.length > limit) {
            larger.add(bucket(band, key));
          }
        });
    return larger;
  }

  /**
   * The largest size of a bucket whose pairs are all compared, so that all comparisons together
   * stay within a budget.
   *
   * @param sizes how many buckets of each size all bands have
   */
  static int limit(Map<Integer, Long> sizes, long budget) {
    double spent = 0;
    int limit = 1;
    for (Map.Entry<Integer, Long> entry : new TreeMap<>(sizes).entrySet()) {
      spent += entry.getValue() * (entry.getKey() * (entry.getKey() - 1.0) / 2);
      if (spent > budget) {
        return limit;
      }
      limit = entry.getKey();
    }
    return Integer.MAX_VALUE;
  }

  /** Searches bands. */
  NearPairs search(List<Integer> bands) {
    for (int band : bands) {
      forEachBucket(
          table,
          band,
          (texts, key) -> {
            if (isHot(band, key)) {
              found.hotBucket();
              bounded(texts, band);
            } else {
              allPairs(texts, band);
            }
          });
    }
    return found.result();
  }

  private interface Bucket {
    /** Texts of one key, ascending. */
    void accept(int[] texts, int key);
  }

  private static void forEachBucket(TextTable table, int band, Bucket use) {
    long[] sorted = new long[table.size()];
    for (int text = 0; text < sorted.length; text++) {
      sorted[text] = (long) table.key(text, band) << 32 | text;
    }
    Arrays.sort(sorted);
    for (int from = 0, to; from < sorted.length; from = to) {
      int key = (int) (sorted[from] >>> 32);
      to = from + 1;
      while (to < sorted.length && (int) (sorted[to] >>> 32) == key) {
        to++;
      }
      if (to - from > 1) {
        use.accept(Arrays.stream(sorted, from, to).mapToInt(packed -> (int) packed).toArray(), key);
      }
    }
  }

  private boolean isHot(int band, int key) {
    return Arrays.binarySearch(hot, bucket(band, key)) >= 0;
  }

  private void allPairs(int[] texts, int band) {
    found.compared(texts.length * (texts.length - 1L) / 2);
    for (int i = 0; i < texts.length; i++) {
      for (int j = i + 1; j < texts.length; j++) {
        if (table.mayBeNear(texts[i], texts[j])) {
          compare(texts[i], texts[j], band);
        }
      }
    }
  }

  private void compare(int a, int b, int band) {
    if (hot.length == 0) {
      if (!table.meetBefore(a, b, band)) {
        double jaccard = verify(a, b);
        if (jaccard >= table.similarity().jaccard()) {
          found.pair(a, b, jaccard);
        }
      }
    } else if (table.crossesSplits(a, b) ? isFirst(a, b, band) : mayConnect(a, b)) {
      link(a, b);
    }
  }

  private boolean mayConnect(int a, int b) {
    return !table.contradict(a, b) && !found.connected(a, b);
  }

  /** Whether no earlier band compares the pair. */
  private boolean isFirst(int a, int b, int band) {
    for (int earlier = 0; earlier < band; earlier++) {
      int key = table.key(a, earlier);
      if (key == table.key(b, earlier) && !isHot(earlier, key)) {
        return false;
      }
    }
    return true;
  }

  private double verify(int a, int b) {
    found.verified();
    return table.jaccard(a, b);
  }

  /**
   * Links each text to an earlier one that led and to similar ones beside it in the next band's
   * order, of those it does not contradict, and across the splits to one of the first on the other
   * side.
   */
  private void bounded(int[] texts, int band) {
    Arrays.stream(texts)
        .boxed()
        .collect(Collectors.groupingBy(table::polarity, TreeMap::new, Collectors.toList()))
        .values()
        .forEach(
            group -> {
              int[] alike = group.stream().mapToInt(text -> text).toArray();
              linkToLeaders(alike);
              linkToNeighbours(alike, (band + 1) % table.bands());
            });
    int[] train = Arrays.stream(texts).filter(t -> table.firstTrain(t) != TextTable.NONE).toArray();
    int[] heldOut =
        Arrays.stream(texts).filter(t -> table.firstHeldOut(t) != TextTable.NONE).toArray();
    linkToFirst(train, heldOut);
    linkToFirst(heldOut, train);
  }

  /** A text that is near to no leader becomes one. */
  private void linkToLeaders(int[] texts) {
    int[] leaders = new int[LEADERS];
    int n = 0;
    for (int text : texts) {
      if (!linkToOne(text, leaders, n) && n < LEADERS) {
        leaders[n++] = text;
      }
    }
  }

  private void linkToFirst(int[] texts, int[] others) {
    for (int text : texts) {
      linkToOne(text, others, Math.min(LEADERS, others.length));
    }
  }

  private boolean linkToOne(int text, int[] others, int n) {
    for (int i = 0; i < n; i++) {
      if (others[i] != text && link(text, others[i])) {
        return true;
      }
    }
    return false;
  }

  private void linkToNeighbours(int[] texts, int band) {
    long[] sorted = new long[texts.length];
    for (int i = 0; i < texts.length; i++) {
      sorted[i] = (long) table.key(texts[i], band) << 32 | texts[i];
    }
    Arrays.sort(sorted);
    for (int i = 0; i < sorted.length; i++) {
      for (int j = i + 1; j < Math.min(sorted.length, i + 1 + WINDOW); j++) {
        if (!found.connected((int) sorted[i], (int) sorted[j])) {
          link((int) sorted[i], (int) sorted[j]);
        }
      }
    }
  }

  private boolean link(int a, int b) {
    if (!table.mayBeNear(a, b)) {
      return false;
    }
    double jaccard = verify(a, b);
    if (jaccard < table.similarity().jaccard()) {
      return false;
    }
    found.link(a, b, jaccard);
    return true;
  }
}
