package org.radllama.dataset;

import java.io.Serializable;
import org.radllama.random.CounterRandom;

/**
 * MinHash signatures in bands (Broder 1997; Indyk and Motwani 1998): two sets of Jaccard similarity
 * J agree in a band of r rows with probability J^r, and in none of b bands with (1 - J^r)^b.
 *
 * @param bands b
 * @param rows r, hash functions of each band
 */
public record MinHashBands(int bands, int rows) implements Serializable {
  /** The chance to miss a pair exactly at the threshold stays below this. */
  static final double MISS = 1e-6;

  /** More rows leave fewer candidates but need more bands; this bounds what a signature costs. */
  private static final int MOST_HASHES = 256;

  private static final int MOST_ROWS = 16;

  /** As many rows as the bound on hash functions allows. */
  public static MinHashBands of(double threshold) {
    MinHashBands best = null;
    for (int rows = 1; rows <= MOST_ROWS; rows++) {
      double agree = Math.pow(threshold, rows);
      double bands = agree >= 1 ? 1 : Math.floor(Math.log(MISS) / Math.log1p(-agree)) + 1;
      if (best == null || bands * rows <= MOST_HASHES) {
        best = new MinHashBands((int) Math.min(bands, 1 << 16), rows);
      }
    }
    return best;
  }

  /** The chance that a pair of this similarity shares no band. */
  public double miss(double jaccard) {
    return Math.pow(1 - Math.pow(jaccard, rows), bands);
  }

  /** One key a band: equal where all rows of the band have equal minima. */
  public int[] keys(long[] shingles) {
    int[] keys = new int[bands];
    for (int band = 0; band < bands; band++) {
      long key = band;
      for (int row = 0; row < rows; row++) {
        key = CounterRandom.mix(key ^ minimum(shingles, (long) band * rows + row));
      }
      keys[band] = (int) (key >>> 32);
    }
    return keys;
  }

  /** The hash function of a number, by its smallest value. */
  private static long minimum(long[] shingles, long function) {
    long seed = CounterRandom.mix((function + 1) * 0x9E3779B97F4A7C15L);
    long least = Long.MAX_VALUE;
    for (long shingle : shingles) {
      long z = (shingle ^ seed) * 0xBF58476D1CE4E5B9L;
      z = (z ^ (z >>> 32)) * 0x94D049BB133111EBL;
      least = Math.min(least, z);
    }
    return least;
  }
}
