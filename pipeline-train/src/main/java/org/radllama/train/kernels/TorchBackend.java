package org.radllama.train.kernels;

import org.bytedeco.pytorch.global.torch.ScalarType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.radllama.train.engine.Precision;

/**
 * Tensors and operations of libtorch, the same calls on a CPU and on a GPU.
 *
 * @param device as torch names it, for instance {@code cpu} or {@code cuda:0}
 * @param activations in which format intermediates are held: F32 or BF16
 */
public record TorchBackend(String device, Precision activations) implements Backend {
  /**
   * Refuses formats that sums would lose too much in.
   *
   * @throws IllegalArgumentException for other activations than F32 and BF16
   */
  public TorchBackend {
    if (activations != Precision.F32 && activations != Precision.BF16) {
      throw new IllegalArgumentException("activations as " + activations.label());
    }
  }

  private TorchDevice place() {
    return TorchDevice.of(this);
  }

  @Override
  public Kernels kernels(int threads) {
    return new TorchKernels(place());
  }

  @Override
  public Arena arena() {
    return new TorchArena(place());
  }

  @Override
  public Matrix intermediate(int rows, int cols) {
    return allocate(activations, rows, cols);
  }

  @Override
  public Matrix allocate(Precision precision, int rows, int cols) {
    if (!supports(precision)) {
      throw new IllegalArgumentException(
          "these kernels compute with f32, bf16 and fp16, not " + precision.label());
    }
    return TorchMatrix.allocate(place(), type(precision), rows, cols);
  }

  static ScalarType type(Precision precision) {
    return switch (precision) {
      case F32 -> ScalarType.Float;
      case BF16 -> ScalarType.BFloat16;
      case FP16 -> ScalarType.Half;
      case INT8 -> throw new IllegalArgumentException("no scales here");
    };
  }

  @Override
  public boolean supports(Precision precision) {
    return precision != Precision.INT8;
  }

  @Override
  public boolean onHost() {
    return device.equals("cpu");
  }

  @Override
  public Matrix numbers(INDArray array) {
    return allocate(1, Math.toIntExact(array.length()));
  }

  @Override
  public void release(Matrix numbers) {
    numbers.free();
  }
}
