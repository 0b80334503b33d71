package org.radllama.train.engine;

import java.io.Serializable;
import java.util.Locale;
import org.radllama.failure.BadSettingException;

/**
 * How an engine computes, whatever the model.
 *
 * @param engine which engine
 * @param kernels what the dl4j engine computes with
 * @param basePrecision how frozen weights are held in memory
 * @param recompute whether blocks are computed again in the backward pass
 */
public record EngineSettings(
    EngineKind engine, KernelKind kernels, BasePrecision basePrecision, Recompute recompute)
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
    /** Fused when ND4J's arrays lie in host memory, else ndarray. */
    AUTO,
    /** OpenBLAS and Java loops on host memory. */
    FUSED,
    /** Operations of ND4J's backend. */
    NDARRAY
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
    if (kernels == KernelKind.NDARRAY
        && basePrecision != BasePrecision.AUTO
        && basePrecision != BasePrecision.F32) {
      throw needsFused(basePrecision);
    }
  }

  /** For a precision that ND4J's operations do not have. */
  public static BadSettingException needsFused(BasePrecision precision) {
    return new BadSettingException(
        "base-precision is %s, which only the fused kernels compute with; kernels = ndarray takes f32",
        precision.label());
  }
}
