package org.radllama.train.kernels;

import java.util.Objects;
import org.radllama.train.engine.Precision;

/**
 * Weights that are only multiplied forward: laid out for {@link OneDnn}, in pieces of some rows,
 * each about as large as a second-level cache, and, where it cannot multiply rows so long ({@link
 * LongRows}), in parts of some columns. Filled by whole rows, then only read.
 */
final class PackedMatrix implements FrozenMatrix {
  /** Elements of a piece, about. */
  private static final int PIECE = 1 << 19;

  /** Rows of a piece are a multiple of this, which oneDNN would fill up to. */
  private static final int ROWS_ALIGN = 64;

  /** Columns of a part are a multiple of this. */
  private static final int COLUMNS_ALIGN = 64;

  private final Precision precision;
  private final int rows;
  private final int cols;
  private final int step;
  private final PackedPart[] parts;

  private PackedMatrix(Precision precision, int rows, int cols, Arena arena) {
    this.precision = precision;
    this.rows = rows;
    this.cols = cols;
    step = step(rows, cols);
    int longest = width(precision, cols);
    parts = new PackedPart[parts(cols, longest)];
    for (int i = 0; i < parts.length; i++) {
      int width = Math.min(longest, cols - i * longest);
      parts[i] = new PackedPart(precision, rows, width, step, arena);
    }
  }

  /** Room in an arena, which keeps it until it is closed. */
  static PackedMatrix take(Precision precision, int rows, int cols, Arena arena) {
    return new PackedMatrix(precision, rows, cols, arena);
  }

  /** Floats whose memory it takes of an arena. */
  static int floats(Precision precision, int rows, int cols) {
    int longest = width(precision, cols);
    int step = step(rows, cols);
    int floats = 0;
    for (int i = 0; i < parts(cols, longest); i++) {
      int width = Math.min(longest, cols - i * longest);
      floats = Math.addExact(floats, PackedPart.floats(precision, rows, width, step));
    }
    return floats;
  }

  /** Columns of a part: about as many in each. */
  private static int width(Precision precision, int cols) {
    int longest = LongRows.of(precision);
    if (cols <= longest) {
      return cols;
    }
    int even = (cols + parts(cols, longest) - 1) / parts(cols, longest);
    return Math.min(longest, (even + COLUMNS_ALIGN - 1) / COLUMNS_ALIGN * COLUMNS_ALIGN);
  }

  private static int parts(int cols, int longest) {
    return (int) (((long) cols + longest - 1) / longest);
  }

  private static int step(int rows, int cols) {
    long pieces = Math.max(1, ((long) rows * cols + PIECE / 2) / PIECE);
    long even = (rows + pieces - 1) / pieces;
    return (int) ((even + ROWS_ALIGN - 1) / ROWS_ALIGN * ROWS_ALIGN);
  }

  /** How many pieces there are. */
  int pieces() {
    return (rows + step - 1) / step;
  }

  /** The first row of a piece. */
  int first(int piece) {
    return piece * step;
  }

  /** {@code c = alpha a w^T + beta c} for a piece's rows of w, which are columns of c. */
  void multiply(Matrix a, int piece, float alpha, float beta, Matrix c) {
    Gemm.Panel to = Gemm.Panel.of(c, 0, first(piece));
    int from = 0;
    for (PackedPart part : parts) {
      Gemm.Panel x = Gemm.Panel.of(a, 0, from);
      OneDnn.multiply(a.rows(), x, part.piece(piece), alpha, from == 0 ? beta : 1, to);
      from += part.cols();
    }
  }

  /** Turns a row into floats. */
  void row(int row, float[] into) {
    Objects.checkIndex(row, rows);
    int from = 0;
    for (PackedPart part : parts) {
      part.row(row, into, from);
      from += part.cols();
    }
  }

  @Override
  public Precision precision() {
    return precision;
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int cols() {
    return cols;
  }

  /**
   * Fills whole rows.
   *
   * @throws ArithmeticException for a number that the precision does not have
   */
  @Override
  public void put(int at, float[] values, int from, int count) {
    requireWholeRows(at, count);
    int column = 0;
    for (PackedPart part : parts) {
      part.put(at / cols, (at + count) / cols, values, from, cols, column);
      column += part.cols();
    }
  }

  @Override
  public void get(int at, float[] into, int from, int count) {
    float[] row = new float[cols];
    for (int done = 0; done < count; ) {
      int start = (at + done) % cols;
      int n = Math.min(cols - start, count - done);
      row((at + done) / cols, row);
      System.arraycopy(row, start, into, from + done, n);
      done += n;
    }
  }

  /** Frees what does not lie in the arena. */
  @Override
  public void free() {
    for (PackedPart part : parts) {
      part.free();
    }
  }
}
