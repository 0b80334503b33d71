package org.radllama.train.engine;

import java.io.Serializable;
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
    EngineKind engine, KernelKind kernels, Precision basePrecision, Recompute recompute)
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

  public EngineSettings {
    if (kernels == KernelKind.NDARRAY) {
      requireF32(basePrecision);
    }
  }

  /**
   * Refuses what only the fused kernels can compute with.
   *
   * @throws BadSettingException for less than f32
   */
  public static void requireF32(Precision precision) {
    if (precision != Precision.F32) {
      throw new BadSettingException(
          "base-precision is %s, which only the fused kernels compute with; kernels = ndarray takes f32",
          precision.label());
    }
  }
}
