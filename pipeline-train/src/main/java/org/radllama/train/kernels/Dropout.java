package org.radllama.train.kernels;

import static org.radllama.random.CounterRandom.mix;

/**
 * Counter-based dropout: whether an element is dropped is a function of (seed, step, example, site,
 * position, column) alone, so neither thread, task nor packing can change it.
 *
 * @param probability of dropping, in [0, 1)
 * @param key mixed from seed and step
 * @param examples index of each packed example in its split
 * @param site which input of the model, for instance layer and projection
 */
public record Dropout(double probability, long key, long[] examples, int site) {
  private static final int SCALE = 1 << 16;

  /** A mask's factors for one row: 0 or 1 / (1 - probability). */
  void factors(int example, int position, float[] into, int cols) {
    int threshold = (int) Math.round(probability * SCALE);
    float keep = (float) (1 / (1 - probability));
    long row = mix(mix(mix(key ^ examples[example]) + site) ^ position);
    for (int j = 0; j < cols; j += 4) {
      long bits = mix(row + j * 0x9E3779B97F4A7C15L);
      for (int k = j; k < Math.min(j + 4, cols); k++) {
        into[k] = (bits & 0xFFFF) < threshold ? 0 : keep;
        bits >>>= 16;
      }
    }
  }
}
