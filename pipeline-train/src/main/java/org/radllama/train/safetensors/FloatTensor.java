package org.radllama.train.safetensors;

import static org.radllama.text.Format.format;

import java.io.IOException;
import java.util.List;
import org.radllama.train.engine.ParameterLayout;

/**
 * A tensor to be written.
 *
 * @param name its key
 * @param dtype what its elements become in the file: F32, or F16 or BF16 by rounding to nearest
 *     even
 * @param shape its dimensions, row-major
 * @param source where its elements come from
 */
public record FloatTensor(String name, Dtype dtype, List<Long> shape, Source source) {
  public FloatTensor {
    shape = List.copyOf(shape);
    if (!dtype.readable()) {
      throw new IllegalArgumentException("not a writable dtype: " + dtype);
    }
  }

  /** Gives a tensor's elements, slice by slice, each once and in order. */
  @FunctionalInterface
  public interface Source {
    /** Copies the elements {@code from} to {@code from + count} to the start of {@code into}. */
    void copy(long from, float[] into, int count) throws IOException;
  }

  /**
   * An F32 tensor whose elements lie in a longer array.
   *
   * @param offset the first element's index in {@code values}
   */
  public static FloatTensor of(String name, List<Integer> shape, float[] values, int offset) {
    return new FloatTensor(
        name,
        Dtype.F32,
        shape.stream().map(Integer::longValue).toList(),
        (from, into, count) ->
            System.arraycopy(values, Math.toIntExact(offset + from), into, 0, count));
  }

  /**
   * The tensors of a flat vector, as F32; they share its array.
   *
   * @throws IllegalArgumentException when the vector is not as long as the layout
   */
  public static List<FloatTensor> of(ParameterLayout layout, float[] values) {
    if (values.length != layout.parameterCount()) {
      throw new IllegalArgumentException(
          format("%d values for a layout of %d", values.length, layout.parameterCount()));
    }
    return layout.slots().stream().map(s -> of(s.name(), s.shape(), values, s.offset())).toList();
  }

  /** Number of elements. */
  public long elements() {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }

  /** Size in a file, in bytes. */
  public long bytes() {
    return Math.multiplyExact(elements(), (long) dtype.bytes());
  }
}
