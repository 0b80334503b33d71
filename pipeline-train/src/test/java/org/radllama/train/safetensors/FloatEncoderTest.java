package org.radllama.train.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Both 16-bit types over all their values: what is read, and where rounding turns. */
class FloatEncoderTest {
  private static final int VALUES = 1 << 16;

  /** Every pattern, NaNs with their payload among them, comes back as it was. */
  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16"})
  void everyPatternSurvivesReadingAndWriting(Dtype dtype) {
    short[] patterns = patterns(0, VALUES);
    assertThat(encode(dtype, decode(dtype, patterns))).isEqualTo(patterns);
  }

  /**
   * Between two neighbours everything below the middle becomes the lower, everything above it the
   * upper, and the middle the one whose last bit is 0. Beyond the largest the same holds with the
   * power of two that would come next, as infinity.
   */
  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16"})
  void roundingTurnsInTheMiddleAndTiesGoToTheEven(Dtype dtype) {
    int infinity = dtype == Dtype.F16 ? 0x7c00 : 0x7f80;
    float[] sizes = decode(dtype, patterns(0, infinity + 1));
    double next = dtype == Dtype.F16 ? 0x1p16 : 0x1p128;
    for (int sign : new int[] {0, 0x8000}) {
      for (int i = 0; i < infinity; i++) {
        double upper = i + 1 == infinity ? next : sizes[i + 1];
        float middle = (float) ((sizes[i] + upper) / 2);
        short low = (short) (sign | i);
        short high = (short) (sign | i + 1);
        float factor = sign == 0 ? 1 : -1;
        float[] around = {
          factor * sizes[i],
          factor * Math.nextDown(middle),
          factor * middle,
          factor * Math.nextUp(middle),
        };
        assertThat(encode(dtype, around))
            .as("%s after pattern %x", dtype, low)
            .isEqualTo(new short[] {low, low, i % 2 == 0 ? low : high, high});
      }
    }
    assertThat(encode(dtype, new float[] {Float.MIN_VALUE, -Float.MIN_VALUE}))
        .isEqualTo(new short[] {0, (short) 0x8000});
    float payloadBelow = Float.intBitsToFloat(0x7f800001);
    assertThat(decode(dtype, encode(dtype, new float[] {payloadBelow}))[0]).isNaN();
  }

  private static short[] patterns(int from, int to) {
    short[] patterns = new short[to - from];
    for (int i = 0; i < patterns.length; i++) {
      patterns[i] = (short) (from + i);
    }
    return patterns;
  }

  private static float[] decode(Dtype dtype, short[] patterns) {
    ByteBuffer bytes = ByteBuffer.allocate(2 * patterns.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asShortBuffer().put(patterns);
    float[] values = new float[patterns.length];
    FloatDecoder.decode(dtype, bytes.array(), values, 0, values.length);
    return values;
  }

  private static short[] encode(Dtype dtype, float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(2 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    FloatEncoder.encode(dtype, values, values.length, bytes);
    short[] patterns = new short[values.length];
    bytes.asShortBuffer().get(patterns);
    return patterns;
  }
}
