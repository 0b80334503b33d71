package org.radllama.train.dl4j;

import org.apache.hadoop.conf.Configuration;
import org.nd4j.linalg.factory.Nd4j;
import org.radllama.failure.BadSettingException;
import org.radllama.train.engine.Adaptation;
import org.radllama.train.engine.EngineProvider;
import org.radllama.train.engine.EngineSettings;
import org.radllama.train.engine.EngineSettings.BasePrecision;
import org.radllama.train.engine.EngineSettings.EngineKind;
import org.radllama.train.engine.EngineSpec;
import org.radllama.train.engine.LoraEngine;
import org.radllama.train.engine.MemoryEstimate;
import org.radllama.train.engine.Precision;
import org.radllama.train.kernels.Backend;
import org.radllama.train.kernels.FusedBackend;
import org.radllama.train.kernels.NdArrayBackend;
import org.radllama.train.llama.LlamaConfig;

/** Opens {@link Dl4jEngine}s. */
public final class Dl4jEngineProvider implements EngineProvider {
  @Override
  public EngineKind kind() {
    return EngineKind.DL4J;
  }

  @Override
  public boolean available() {
    return true;
  }

  @Override
  public String why() {
    return "it runs on every machine that ND4J's backend runs on";
  }

  @Override
  public void bind(int device) {
    if (!Nd4j.getBackend().getEnvironment().isCPU()) {
      Nd4j.getAffinityManager().unsafeSetDevice(device);
    }
  }

  @Override
  public LoraEngine open(EngineSpec spec, Configuration hadoop) {
    LlamaConfig config = LlamaConfig.parse(spec.configJson());
    Backend backend = backend(spec.settings());
    FrozenBase base =
        spec.adaptation() instanceof Adaptation.Full
            ? FrozenBase.none(backend)
            : SharedBases.open(
                backend,
                new FrozenBase.Form(precision(spec, backend), spec.forwardOnly()),
                config,
                spec.baseModel(),
                hadoop);
    return new Dl4jEngine(
        config,
        spec.adaptation(),
        base,
        Dl4jMemory.recompute(spec.settings().recompute(), config),
        () -> backend.kernels(spec.threads()));
  }

  /**
   * The backend that settings mean in this JVM.
   *
   * @throws BadSettingException for fused kernels where they cannot run
   */
  static Backend backend(EngineSettings settings) {
    boolean host = Nd4j.getBackend().getEnvironment().isCPU();
    return switch (settings.kernels()) {
      case FUSED -> {
        if (!host) {
          throw new BadSettingException(
              "kernels is fused, which needs nd4j-native, but ND4J's backend is %s; auto or ndarray run on it",
              Nd4j.getBackend().getClass().getSimpleName());
        }
        yield new FusedBackend();
      }
      case NDARRAY -> new NdArrayBackend();
      case AUTO -> host ? new FusedBackend() : new NdArrayBackend();
    };
  }

  private static Precision precision(EngineSpec spec, Backend backend) {
    BasePrecision wanted = spec.settings().basePrecision();
    if (backend.supports(spec.precision())) {
      return spec.precision();
    }
    if (wanted != BasePrecision.AUTO) {
      throw EngineSettings.needsFused(wanted);
    }
    return Precision.F32;
  }

  @Override
  public MemoryEstimate training(EngineSpec spec, int tokens) {
    return new Dl4jMemory(spec).training(tokens);
  }

  @Override
  public MemoryEstimate generation(EngineSpec spec, int texts, int prompt, int length) {
    return new Dl4jMemory(spec).generation(texts, prompt, length);
  }
}
