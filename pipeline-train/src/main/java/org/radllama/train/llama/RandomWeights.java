package org.radllama.train.llama;

import java.util.SplittableRandom;
import org.radllama.train.engine.ParameterLayout;

/**
 * A model before any training, as transformers initialises it: every matrix normal with a small
 * deviation, every norm's gain one, every bias zero.
 */
public final class RandomWeights {
  private RandomWeights() {}

  /**
   * The flat vector of {@link LlamaWeights#fullLayout}; each tensor's numbers depend on the seed
   * and its place in the layout alone.
   *
   * @param deviation {@code initializer_range}, 0.02 in transformers
   */
  public static float[] values(ParameterLayout layout, double deviation, long seed) {
    float[] values = new float[layout.parameterCount()];
    for (int t = 0; t < layout.slots().size(); t++) {
      ParameterLayout.Slot slot = layout.slots().get(t);
      boolean vector = slot.shape().size() == 1;
      float rest = slot.name().endsWith(".bias") ? 0 : 1;
      SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + t);
      for (int i = 0; i < slot.size(); i++) {
        values[slot.offset() + i] = vector ? rest : (float) (deviation * random.nextGaussian());
      }
    }
    return values;
  }
}
