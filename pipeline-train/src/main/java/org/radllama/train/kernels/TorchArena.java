package org.radllama.train.kernels;

import org.bytedeco.pytorch.global.torch.ScalarType;

/** Tensors of libtorch, whose allocator keeps the memory of those given back. */
final class TorchArena extends ListArena<TorchMatrix> {
  private final TorchDevice device;

  TorchArena(TorchDevice device) {
    this.device = device;
  }

  @Override
  public TorchMatrix take(int rows, int cols) {
    return keep(TorchMatrix.take(device, device.activations(), rows, cols));
  }

  @Override
  public TorchMatrix takeExact(int rows, int cols) {
    return keep(TorchMatrix.take(device, ScalarType.Float, rows, cols));
  }
}
