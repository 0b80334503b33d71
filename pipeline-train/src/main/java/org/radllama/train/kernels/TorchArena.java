package org.radllama.train.kernels;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Tensors made when taken, and given back to libtorch's allocator, which keeps their memory. */
final class TorchArena implements Arena {
  private final TorchDevice device;
  private final List<TorchMatrix> taken = new ArrayList<>();

  TorchArena(TorchDevice device) {
    this.device = device;
  }

  @Override
  public Mark mark() {
    return new Mark(0, taken.size());
  }

  @Override
  public void release(Mark mark) {
    while (taken.size() > mark.used()) {
      taken.remove(taken.size() - 1).free();
    }
  }

  @Override
  public TorchMatrix take(int rows, int cols) {
    return take(device.activations(), rows, cols);
  }

  @Override
  public TorchMatrix takeExact(int rows, int cols) {
    return take(ScalarType.Float, rows, cols);
  }

  private TorchMatrix take(ScalarType type, int rows, int cols) {
    TorchMatrix matrix = TorchMatrix.take(device, type, rows, cols);
    taken.add(matrix);
    return matrix;
  }

  @Override
  public long bytes() {
    return taken.stream().mapToLong(TorchMatrix::bytes).sum();
  }

  @Override
  public void close() {
    release(new Mark(0, 0));
  }
}
