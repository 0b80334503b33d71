package org.radllama.train.dl4j;

import java.util.LinkedHashMap;
import java.util.Map;
import org.radllama.train.kernels.Backend;
import org.radllama.train.kernels.Mat;
import org.radllama.train.llama.LlamaConfig;
import org.radllama.train.llama.LlamaWeights;

/** The weights that nobody trains, once in a JVM, shared by all its networks. */
final class FrozenBase implements AutoCloseable {
  private final Map<String, Mat> tensors = new LinkedHashMap<>();

  /** Supplies the elements of named tensors. */
  interface Source {
    /** Elements {@code at} to {@code at + count} of a tensor, row-major. */
    void read(String name, long at, float[] into, int count);
  }

  private final Backend backend;

  private FrozenBase(Backend backend) {
    this.backend = backend;
  }

  /** No weights: everything is trained. */
  static FrozenBase none(Backend backend) {
    return new FrozenBase(backend);
  }

  /** Reads every weight of the shape, a piece at a time. */
  static FrozenBase load(Backend backend, LlamaConfig config, Source source) {
    FrozenBase base = new FrozenBase(backend);
    float[] piece = new float[1 << 18];
    LlamaWeights.tensors(config)
        .forEach(
            (name, shape) -> {
              Mat mat =
                  shape.size() == 1
                      ? backend.allocate(1, shape.get(0))
                      : backend.allocate(shape.get(0), shape.get(1));
              for (int at = 0; at < mat.size(); at += piece.length) {
                int count = Math.min(piece.length, mat.size() - at);
                source.read(name, at, piece, count);
                mat.put(at, piece, 0, count);
              }
              base.tensors.put(name, mat);
            });
    return base;
  }

  /** Where the weights lie, and so who computes with them. */
  Backend backend() {
    return backend;
  }

  Mat get(String name) {
    return tensors.get(name);
  }

  /** Bytes held. */
  long bytes() {
    return tensors.values().stream().mapToLong(m -> (long) m.size() * Float.BYTES).sum();
  }

  @Override
  public void close() {
    tensors.values().forEach(Mat::free);
    tensors.clear();
  }
}
