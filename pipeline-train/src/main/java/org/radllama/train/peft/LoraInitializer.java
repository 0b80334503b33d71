package org.radllama.train.peft;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.radllama.random.CounterRandom;
import org.radllama.run.Digests;
import org.radllama.train.engine.ParameterLayout;

/**
 * The factors before training, distributed as PEFT's: A Kaiming-uniform with a = sqrt 5, which is
 * uniform in (-1/sqrt(in), 1/sqrt(in)), and B zero, so that an untrained adapter changes nothing.
 *
 * <p>Each number is a function of the seed, the tensor's name and its place in the tensor, so that
 * adding a target module leaves the others' as they were.
 */
public final class LoraInitializer {
  private static final String A = ".lora_A.weight";
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private LoraInitializer() {}

  /** The flat vector of a LoRA layout. */
  public static float[] values(ParameterLayout layout, long seed) {
    float[] values = new float[layout.parameterCount()];
    for (ParameterLayout.Slot slot : layout.slots()) {
      if (slot.name().endsWith(A)) {
        fill(slot, seed, values);
      }
    }
    return values;
  }

  private static void fill(ParameterLayout.Slot slot, long seed, float[] values) {
    long stream = CounterRandom.mix(seed + GOLDEN) ^ hash(slot.name());
    float bound = (float) (1 / Math.sqrt(slot.shape().get(1)));
    for (int i = 0; i < slot.size(); i++) {
      // 24 random bits, centred: symmetric about zero and never zero or the bound itself.
      float unit = ((CounterRandom.mix(stream + GOLDEN * (i + 1L)) >>> 40) + 0.5f) * 0x1p-23f - 1;
      values[slot.offset() + i] = unit * bound;
    }
  }

  private static long hash(String name) {
    byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.wrap(HexFormat.of().parseHex(Digests.sha256(utf8))).getLong();
  }
}
