package org.radllama.train.dl4j;

import java.util.LinkedHashMap;
import java.util.Map;
import org.radllama.train.engine.ParameterLayout;
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

  private FrozenBase() {}

  /** No weights: everything is trained. */
  static FrozenBase none() {
    return new FrozenBase();
  }

  /** Reads every weight of the shape, a piece at a time. */
  static FrozenBase load(LlamaConfig config, Source source) {
    FrozenBase base = new FrozenBase();
    float[] piece = new float[1 << 18];
    for (ParameterLayout.Slot slot : LlamaWeights.fullLayout(config).slots()) {
      Mat mat = shaped(slot);
      for (int at = 0; at < slot.size(); at += piece.length) {
        int count = Math.min(piece.length, slot.size() - at);
        source.read(slot.name(), at, piece, count);
        mat.put(at, piece, 0, count);
      }
      base.tensors.put(slot.name(), mat);
    }
    return base;
  }

  private static Mat shaped(ParameterLayout.Slot slot) {
    return slot.shape().size() == 1
        ? Mat.allocate(1, slot.shape().get(0))
        : Mat.allocate(slot.shape().get(0), slot.shape().get(1));
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
