package org.radllama.train.engine;

import java.io.Serializable;
import java.util.Locale;
import org.radllama.failure.BadSettingException;

/**
 * How an engine computes, whatever the model.
 *
 * @param engine which engine
 * @param kernels what the dl4j engine computes with
 * @param device where it computes
 * @param activations how the torch kernels hold intermediates
 * @param matmulPrecision how the fused kernels round what they multiply
 * @param basePrecision how frozen weights are held in memory
 * @param recompute whether blocks are computed again in the backward pass
 */
public record EngineSettings(
    EngineKind engine,
    KernelKind kernels,
    DeviceKind device,
    Activations activations,
    MatmulPrecision matmulPrecision,
    BasePrecision basePrecision,
    Recompute recompute)
    implements Serializable {

  /** The engines that a setting can name. */
  public enum EngineKind {
    /** The first that this machine can run. */
    AUTO,
    /** DL4J and ND4J. */
    DL4J
  }

  /** The kernels that a setting can name. */
  public enum KernelKind {
    /** Torch on a GPU that it can use, else fused, or ndarray where ND4J computes on a GPU. */
    AUTO,
    /** OpenBLAS and Java loops on host memory. */
    FUSED,
    /** Operations of ND4J's backend. */
    NDARRAY,
    /** Operations of libtorch. */
    TORCH
  }

  /** The devices that a setting can name. */
  public enum DeviceKind {
    /** A GPU where the build is made for one, else the CPU. */
    AUTO,
    CPU,
    CUDA
  }

  /** How a setting can ask for intermediates to be held. */
  public enum Activations {
    /** As bf16 on a GPU whose base is held in 16 bits, else as f32. */
    AUTO,
    F32,
    BF16
  }

  /** How a setting can ask for the factors of products of many rows to be rounded. */
  public enum MatmulPrecision {
    /** Not at all. */
    F32,
    /** To bf16 where the processor is faster so; sums stay f32. */
    BF16
  }

  /** How a setting can ask for the base to be held. */
  public enum BasePrecision {
    /** As the checkpoint holds it, where the kernels can compute with that, else f32. */
    AUTO,
    F32,
    BF16,
    FP16,
    INT8;

    /** Its name in settings. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** What it means for a checkpoint whose weights are stored so. */
    public Precision of(Precision stored) {
      return this == AUTO ? stored : Precision.valueOf(name());
    }
  }

  public EngineSettings {
    if (kernels == KernelKind.NDARRAY && basePrecision == BasePrecision.AUTO) {
      basePrecision = BasePrecision.F32;
    }
    if (kernels == KernelKind.NDARRAY && basePrecision != BasePrecision.F32) {
      throw new BadSettingException(
          "base-precision is %s, which kernels = ndarray does not support: it needs f32",
          basePrecision.label());
    }
    if (kernels == KernelKind.TORCH && basePrecision == BasePrecision.INT8) {
      throw new BadSettingException(
          "base-precision is int8, which kernels = torch does not support: it needs f32, bf16 or fp16");
    }
    if (activations == Activations.BF16
        && (kernels == KernelKind.FUSED || kernels == KernelKind.NDARRAY)) {
      throw new BadSettingException(
          "activations is bf16, but kernels = %s holds them as f32: use kernels = torch",
          kernels.name().toLowerCase(Locale.ROOT));
    }
    if (matmulPrecision == MatmulPrecision.BF16
        && (kernels == KernelKind.TORCH || kernels == KernelKind.NDARRAY)) {
      throw new BadSettingException(
          "matmul-precision is bf16, which kernels = %s does not know: use kernels = fused",
          kernels.name().toLowerCase(Locale.ROOT));
    }
    if (kernels == KernelKind.FUSED && device == DeviceKind.CUDA) {
      throw new BadSettingException(
          "device is cuda, but kernels = fused computes on the CPU: use kernels = auto or torch");
    }
  }

  /** How intermediates are held by kernels that have a choice. */
  public Precision activations(boolean gpu, Precision base) {
    return switch (activations) {
      case AUTO -> gpu && base.perWord() == 2 ? Precision.BF16 : Precision.F32;
      case F32 -> Precision.F32;
      case BF16 -> Precision.BF16;
    };
  }
}
