package org.radllama.train.dl4j;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.radllama.failure.BadInputException;
import org.radllama.train.engine.Precision;
import org.radllama.train.kernels.Arena;
import org.radllama.train.kernels.Backend;
import org.radllama.train.kernels.Matrix;
import org.radllama.train.llama.LlamaConfig;
import org.radllama.train.llama.LlamaWeights;

/**
 * The weights that nobody trains, once in a JVM, shared by all its networks. Freed when everyone
 * who asked for it has closed it.
 */
final class FrozenBase implements AutoCloseable {
  /** Floats read at a time, in whole rows. */
  private static final int PIECE = 1 << 18;

  /** Elements from which a matrix has its own memory. */
  private static final long ALONE = 1 << 23;

  private final Map<String, Matrix> tensors = new LinkedHashMap<>();
  private final List<Matrix> alone = new ArrayList<>();

  /** Supplies the elements of named tensors. */
  interface Source {
    /** Elements {@code at} to {@code at + count} of a tensor, row-major. */
    void read(String name, long at, float[] into, int count);
  }

  private final Backend backend;
  private final Arena store;
  private int users = 1;

  private FrozenBase(Backend backend) {
    this.backend = backend;
    this.store = backend.arena();
  }

  /** No weights: everything is trained. */
  static FrozenBase none(Backend backend) {
    return new FrozenBase(backend);
  }

  /**
   * Reads every weight of the shape, a piece at a time.
   *
   * @param precision of the matrices; norms, which are few, are floats
   * @throws BadInputException where the precision does not have a weight
   */
  static FrozenBase load(Backend backend, Precision precision, LlamaConfig config, Source source) {
    FrozenBase base = new FrozenBase(backend);
    try {
      base.read(precision, config, source);
      return base;
    } catch (RuntimeException e) {
      base.close();
      throw e;
    }
  }

  /** Bytes of a base of this shape. */
  static long bytes(Precision precision, LlamaConfig config) {
    return LlamaWeights.tensors(config).values().stream()
        .mapToLong(
            shape ->
                shape.size() == 1
                    ? Precision.F32.bytes(1, shape.get(0))
                    : precision.bytes(shape.get(0), shape.get(1)))
        .sum();
  }

  private void read(Precision precision, LlamaConfig config, Source source) {
    float[] piece = new float[PIECE];
    Map<String, List<Integer>> shapes = LlamaWeights.tensors(config);
    store.reserve(
        shapes.values().stream()
            .filter(shape -> together(precision, shape))
            .mapToLong(shape -> 16L + shape.get(0) * shape.get(1))
            .sum());
    for (var tensor : shapes.entrySet()) {
      List<Integer> shape = tensor.getValue();
      Matrix matrix = matrix(precision, shape);
      tensors.put(tensor.getKey(), matrix);
      if (piece.length < matrix.cols()) {
        piece = new float[matrix.cols()];
      }
      try {
        fill(matrix, tensor.getKey(), source, piece);
      } catch (ArithmeticException e) {
        throw new BadInputException(
            "--base-model, tensor %s: %s; base-precision = f32 holds every weight"
                .formatted(tensor.getKey(), e.getMessage()),
            e);
      }
    }
  }

  /** Whether a matrix shares its memory with others: by itself it would not fill large pages. */
  private static boolean together(Precision precision, List<Integer> shape) {
    return precision == Precision.F32
        && shape.size() == 2
        && (long) shape.get(0) * shape.get(1) < ALONE;
  }

  private Matrix matrix(Precision precision, List<Integer> shape) {
    if (together(precision, shape)) {
      return store.take(shape.get(0), shape.get(1));
    }
    Matrix matrix =
        shape.size() == 1
            ? backend.allocate(1, shape.get(0))
            : backend.allocate(precision, shape.get(0), shape.get(1));
    alone.add(matrix);
    return matrix;
  }

  private static void fill(Matrix matrix, String name, Source source, float[] piece) {
    int rows = piece.length / matrix.cols();
    for (int row = 0; row < matrix.rows(); row += rows) {
      int count = Math.min(rows, matrix.rows() - row) * matrix.cols();
      int at = row * matrix.cols();
      source.read(name, at, piece, count);
      matrix.put(at, piece, 0, count);
    }
  }

  /** One more user, unless the last one is gone already. */
  synchronized boolean share() {
    if (users > 0) {
      users++;
    }
    return users > 0;
  }

  synchronized boolean freed() {
    return users == 0;
  }

  /** Where the weights lie, and so who computes with them. */
  Backend backend() {
    return backend;
  }

  Matrix get(String name) {
    return tensors.get(name);
  }

  /** Bytes held. */
  long bytes() {
    return tensors.values().stream().mapToLong(Matrix::bytes).sum();
  }

  @Override
  public synchronized void close() {
    users--;
    if (users == 0) {
      alone.forEach(Matrix::free);
      alone.clear();
      tensors.clear();
      store.close();
    }
  }
}
