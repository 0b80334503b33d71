package org.radllama.train.kernels;

import java.util.Arrays;
import java.util.List;
import org.radllama.run.JobFailure;

/** The number format in which a matrix that nobody trains is held in memory. */
public enum Precision {
  /** IEEE 754 binary32, as everything else that is computed with. */
  F32("f32", 1),
  /** The upper half of a binary32: its range, 8 significant bits. */
  BF16("bf16", 2),
  /** IEEE 754 binary16: 11 significant bits, at most 65504. */
  FP16("fp16", 2),
  /**
   * Whole numbers from -127 to 127, with a scale for each row, its largest magnitude / 127. So a
   * weight is off by at most half its row's scale (LLM.int8()'s vector-wise quantisation of
   * weights: Dettmers et al., arXiv 2208.07339, section 2).
   */
  INT8("int8", 4);

  /** The values of the setting {@code base-precision}. */
  public static final List<String> SETTINGS =
      Arrays.stream(values()).map(Precision::label).toList();

  private final String label;
  private final int perWord;

  Precision(String label, int perWord) {
    this.label = label;
    this.perWord = perWord;
  }

  /**
   * The precision that a setting means.
   *
   * @param setting one of {@link #SETTINGS}
   * @param kernels the setting {@code kernels}, which must be able to compute with it
   * @throws JobFailure exit 2 for another value, and for {@code ndarray} with less than f32
   */
  public static Precision of(String setting, String kernels) {
    Precision precision =
        Arrays.stream(values())
            .filter(p -> p.label.equals(setting))
            .findFirst()
            .orElseThrow(
                () ->
                    JobFailure.usage(
                        "base-precision is %s, must be one of %s".formatted(setting, SETTINGS)));
    if (kernels.equals("ndarray")) {
      precision.requireF32();
    }
    return precision;
  }

  /** Refuses what only the fused kernels can compute with. */
  void requireF32() {
    if (this != F32) {
      throw JobFailure.usage(
          "base-precision is %s, which only the fused kernels compute with; kernels = ndarray takes f32"
              .formatted(label));
    }
  }

  /** Its name in settings. */
  public String label() {
    return label;
  }

  /** Elements in 32 bits. */
  int perWord() {
    return perWord;
  }

  /** Bytes of a matrix (rows, cols), its scales included. */
  public long bytes(int rows, int cols) {
    long groups = (rows + perWord - 1) / perWord;
    return groups * cols * Integer.BYTES + (this == INT8 ? (long) rows * Float.BYTES : 0);
  }
}
