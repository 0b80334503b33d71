package org.radllama.train.decode;

import java.util.Arrays;
import org.radllama.failure.BadInputException;

/** Which logits are largest; of equal ones the lower id counts as larger. */
final class Ranking {
  private Ranking() {}

  /** The id of the largest. */
  static int largest(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      if (logits[i] > logits[best]) {
        best = i;
      }
    }
    requireFinite(logits[best]);
    return best;
  }

  /** The ids of the k largest, or of all if there are fewer, the largest first. */
  static int[] largest(float[] logits, int k) {
    int[] ids = new int[Math.min(k, logits.length)];
    int held = 0;
    for (int id = 0; id < logits.length; id++) {
      float value = logits[id];
      if (held == ids.length && !(value > logits[ids[held - 1]])) {
        continue;
      }
      int at = held < ids.length ? held++ : held - 1;
      while (at > 0 && value > logits[ids[at - 1]]) {
        ids[at] = ids[at - 1];
        at--;
      }
      ids[at] = id;
    }
    return ids;
  }

  /** All ids from the smallest on; of equal ones the lower id comes first. */
  static int[] ascending(float[] logits, int[] ids) {
    long[] sorted = new long[ids.length];
    for (int i = 0; i < ids.length; i++) {
      int bits = Float.floatToIntBits(logits[ids[i]] + 0f);
      int ordered = bits ^ ((bits >> 31) & Integer.MAX_VALUE);
      sorted[i] = ((long) ordered << 32) | ids[i];
    }
    Arrays.sort(sorted);
    return Arrays.stream(sorted).mapToInt(i -> (int) i).toArray();
  }

  /** What follows from a row of logits, if it is a number. */
  static double requireFinite(double value) {
    if (!Double.isFinite(value)) {
      throw new BadInputException(
          "the model's logits are not finite: its weights, or the adapter's, are damaged");
    }
    return value;
  }
}
