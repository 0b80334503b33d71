package org.radllama.train.dl4j;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
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
   * How weights are held.
   *
   * @param precision of the matrices; norms, which are few, are floats
   * @param forwardOnly whether nobody asks for gradients, so that matrices may lie as products
   *     forward like them best
   */
  record Form(Precision precision, boolean forwardOnly) {}

  /**
   * Reads every weight of the shape, a piece at a time.
   *
   * @throws BadInputException where the precision does not have a weight
   */
  static FrozenBase load(Backend backend, Form form, LlamaConfig config, Source source) {
    FrozenBase base = new FrozenBase(backend);
    try {
      base.read(form, config, source);
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

  private void read(Form form, LlamaConfig config, Source source) {
    Map<String, List<Integer>> shapes = LlamaWeights.tensors(config);
    store.reserve(shapes.values().stream().mapToLong(shape -> shared(form, shape)).sum());
    shapes.forEach((name, shape) -> tensors.put(name, matrix(form, shape)));
    fill(source);
  }

  /** Reads all tensors, on all processors: whoever waits for a base has nothing else to do. */
  private void fill(Source source) {
    ExecutorService readers =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    try {
      List<Callable<Void>> work = new ArrayList<>();
      tensors.forEach(
          (name, matrix) ->
              work.add(
                  () -> {
                    fill(matrix, name, source);
                    return null;
                  }));
      for (Future<Void> tensor : readers.invokeAll(work)) {
        tensor.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while reading the base model", e);
    } catch (ExecutionException e) {
      throw unchecked(e.getCause());
    } finally {
      end(readers);
    }
  }

  /** Waits for the last reader even when interrupted: it may still write to what is freed next. */
  private static void end(ExecutorService readers) {
    readers.shutdownNow();
    boolean interrupted = false;
    while (!readers.isTerminated()) {
      try {
        readers.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static RuntimeException unchecked(Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    return (RuntimeException) cause;
  }

  /** Floats that a matrix takes of the memory it shares with others. */
  private long shared(Form form, List<Integer> shape) {
    if (shape.size() == 1) {
      return 0;
    }
    if (form.forwardOnly) {
      return 16 + backend.forwardFloats(form.precision, shape.get(0), shape.get(1));
    }
    return together(form, shape) ? 16L + shape.get(0) * shape.get(1) : 0;
  }

  /** Whether a matrix shares its memory with others: by itself it would not fill large pages. */
  private static boolean together(Form form, List<Integer> shape) {
    return form.precision == Precision.F32 && (long) shape.get(0) * shape.get(1) < ALONE;
  }

  private Matrix matrix(Form form, List<Integer> shape) {
    int rows = shape.get(0);
    if (shape.size() == 2 && !form.forwardOnly && together(form, shape)) {
      return store.takeExact(rows, shape.get(1));
    }
    Matrix matrix;
    if (shape.size() == 1) {
      matrix = backend.allocate(1, rows);
    } else if (form.forwardOnly) {
      matrix = backend.forward(form.precision, rows, shape.get(1), store);
    } else {
      matrix = backend.allocate(form.precision, rows, shape.get(1));
    }
    alone.add(matrix);
    return matrix;
  }

  private static void fill(Matrix matrix, String name, Source source) {
    float[] piece = new float[Math.max(PIECE, matrix.cols())];
    int rows = piece.length / matrix.cols();
    try {
      for (int row = 0; row < matrix.rows(); row += rows) {
        int count = Math.min(rows, matrix.rows() - row) * matrix.cols();
        int at = row * matrix.cols();
        source.read(name, at, piece, count);
        matrix.put(at, piece, 0, count);
      }
    } catch (ArithmeticException e) {
      throw new BadInputException(
          "--base-model, tensor %s: %s; base-precision = f32 holds every weight"
              .formatted(name, e.getMessage()),
          e);
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
