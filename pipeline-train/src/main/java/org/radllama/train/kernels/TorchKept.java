package org.radllama.train.kernels;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * Tensors that operations of a micro-batch share, mostly indices: copying them again would make the
 * device wait. When there are too many, all are dropped.
 */
@SuppressWarnings("try") // a scope is only there to be closed
final class TorchKept implements AutoCloseable {
  private final int most;
  private final Map<Object, Tensor[]> kept = new HashMap<>();

  TorchKept(int most) {
    this.most = most;
  }

  /** What a key stands for, made if it is not there. */
  Tensor[] get(Object key, Supplier<Tensor[]> make) {
    Tensor[] there = kept.get(key);
    if (there == null) {
      if (kept.size() >= most) {
        close();
      }
      try (PointerScope scope = new PointerScope()) {
        there = make.get();
        Arrays.stream(there).forEach(Tensor::retainReference);
      }
      kept.put(key, there);
    }
    return there;
  }

  @Override
  public void close() {
    kept.values().forEach(tensors -> Arrays.stream(tensors).forEach(Tensor::releaseReference));
    kept.clear();
  }
}
