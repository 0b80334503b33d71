package org.radllama.train.engine;

import org.radllama.train.engine.EngineSettings.Activations;
import org.radllama.train.engine.EngineSettings.BasePrecision;
import org.radllama.train.engine.EngineSettings.DeviceKind;
import org.radllama.train.engine.EngineSettings.EngineKind;
import org.radllama.train.engine.EngineSettings.KernelKind;
import org.radllama.train.engine.EngineSettings.MatmulPrecision;

/** An engine's settings for tests. */
public final class TestSettings {
  private TestSettings() {}

  /** A base in floats. */
  public static EngineSettings floats(KernelKind kernels, Recompute recompute) {
    return of(kernels, BasePrecision.F32, recompute);
  }

  /** On whatever device the build is for. */
  public static EngineSettings of(
      KernelKind kernels, BasePrecision precision, Recompute recompute) {
    return new EngineSettings(
        EngineKind.DL4J,
        kernels,
        DeviceKind.AUTO,
        Activations.AUTO,
        MatmulPrecision.F32,
        precision,
        recompute);
  }
}
