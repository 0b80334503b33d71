package org.radllama.train.kernels;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.radllama.train.engine.Precision;
import org.radllama.train.safetensors.FloatDecoder;

/**
 * Some columns of a {@link PackedMatrix}, all of its rows: laid out for {@link OneDnn} in pieces of
 * some rows.
 */
final class PackedPart {
  /** About how many rows' elements of one column oneDNN puts side by side. */
  private static final int BESIDE = 16;

  private static final int BYTES_ALIGN = 64;

  private final Precision precision;
  private final int rows;
  private final int cols;
  private final int step;
  private final Layout layout;
  private final Layout last;
  private final BytePointer memory;
  private final ByteBuffer bytes;
  private final FloatPointer scales;

  /**
   * Room in an arena, which keeps it until it is closed.
   *
   * @param step rows of a piece
   */
  PackedPart(Precision precision, int rows, int cols, int step, Arena arena) {
    this.precision = precision;
    this.rows = rows;
    this.cols = cols;
    this.step = step;
    int rest = rows - (pieces() - 1) * step;
    layout = OneDnn.layout(precision, Math.min(step, rows), cols);
    last = rest == step ? layout : OneDnn.layout(precision, rest, cols);
    int floats = floats(precision, rows, cols, step);
    BytePointer room = new BytePointer(HostMatrix.of(arena.take(1, floats)).pointer());
    memory = room.getPointer(Math.floorMod(-room.address(), (long) BYTES_ALIGN));
    long used = at(pieces() - 1) + last.size() * width(precision);
    BytePointer.memset(memory, 0, used);
    bytes = memory.capacity(used).asByteBuffer().order(ByteOrder.nativeOrder());
    scales = precision == Precision.INT8 ? new FloatPointer(rows) : null;
  }

  /** Floats whose memory it takes of an arena. */
  static int floats(Precision precision, int rows, int cols, int step) {
    int whole = (rows - 1) / step;
    long bytes = BYTES_ALIGN;
    if (whole > 0) {
      bytes += whole * bytes(OneDnn.layout(precision, step, cols), precision);
    }
    bytes += bytes(OneDnn.layout(precision, rows - whole * step, cols), precision);
    return Math.toIntExact(bytes / Float.BYTES);
  }

  /** Bytes of a piece, so that the next one is aligned. */
  private static long bytes(Layout layout, Precision precision) {
    long bytes = layout.size() * width(precision);
    return (bytes + BYTES_ALIGN - 1) / BYTES_ALIGN * BYTES_ALIGN;
  }

  private static int width(Precision precision) {
    return Integer.BYTES / precision.perWord();
  }

  /** Where a piece begins. */
  private long at(int piece) {
    return piece * bytes(layout, precision);
  }

  /** How many pieces there are. */
  private int pieces() {
    return (rows + step - 1) / step;
  }

  OneDnn.Weights piece(int piece) {
    int from = piece * step;
    int n = Math.min(step, rows - from);
    FloatPointer factors = scales == null ? null : scales.getPointer(from);
    return new OneDnn.Weights(precision, memory.getPointer(at(piece)), factors, n, cols, 0);
  }

  private Layout layout(int row) {
    return row / step == pieces() - 1 ? last : layout;
  }

  /** The place of a row's element in column 0, and what is to be added for others. */
  private int start(int row) {
    return (int) at(row / step) + layout(row).rows()[row % step] * width(precision);
  }

  /** Turns a row into floats, from an index on. */
  void row(int row, float[] into, int from) {
    int start = start(Objects.checkIndex(row, rows));
    int[] columns = layout(row).columns();
    for (int j = 0; j < cols; j++) {
      into[from + j] = element(start + columns[j] * width(precision));
    }
    if (scales != null) {
      Loops.scale(into, from, from + cols, scales.get(row));
    }
  }

  private float element(int at) {
    return switch (precision) {
      case F32 -> bytes.getFloat(at);
      case BF16 -> Float.intBitsToFloat(bytes.getShort(at) << 16);
      case FP16 -> FloatDecoder.half(bytes.getShort(at));
      case INT8 -> bytes.get(at);
    };
  }

  int cols() {
    return cols;
  }

  /**
   * Fills rows with some columns of wider ones, whose scale is that of the whole row.
   *
   * @param from where the first of the wider rows begins among the values
   * @param width elements of a wider row
   * @param column the first of its columns that is held here
   * @throws ArithmeticException for a number that the precision does not have
   */
  void put(int first, int end, float[] values, int from, int width, int column) {
    RowEncoder encoder = new RowEncoder(precision, width);
    int[][] codes = new int[BESIDE][width];
    for (int row = first; row < end; ) {
      int next = Math.min(end, (row / BESIDE + 1) * BESIDE);
      for (int i = row; i < next; i++) {
        float scale = encoder.encode(values, from + (i - first) * width, codes[i - row]);
        if (scales != null) {
          scales.put(i, scale);
        }
      }
      place(codes, column, row, next - row);
      row = next;
    }
  }

  private void place(int[][] codes, int from, int first, int count) {
    int[] columns = layout(first).columns();
    int[] starts = new int[count];
    Arrays.setAll(starts, i -> start(first + i));
    for (int j = 0; j < cols; j++) {
      int column = columns[j] * width(precision);
      for (int i = 0; i < count; i++) {
        place(starts[i] + column, codes[i][from + j]);
      }
    }
  }

  private void place(int at, int code) {
    switch (precision) {
      case F32 -> bytes.putInt(at, code);
      case INT8 -> bytes.put(at, (byte) code);
      default -> bytes.putShort(at, (short) code);
    }
  }

  /** Frees what does not lie in the arena. */
  void free() {
    if (scales != null) {
      scales.deallocate();
    }
  }
}
