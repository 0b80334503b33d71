package org.radllama.train.dl4j;

import org.apache.hadoop.conf.Configuration;
import org.nd4j.linalg.factory.Nd4j;
import org.radllama.train.engine.Adaptation;
import org.radllama.train.engine.EngineProvider;
import org.radllama.train.engine.EngineSpec;
import org.radllama.train.engine.LoraEngine;
import org.radllama.train.kernels.Backend;
import org.radllama.train.kernels.Precision;
import org.radllama.train.llama.LlamaConfig;

/** Opens {@link Dl4jEngine}s. */
public final class Dl4jEngineProvider implements EngineProvider {
  private static final long KEEP_AT_MOST = 1L << 30;
  private static final int TOKENS_ASSUMED = 2048;

  @Override
  public String name() {
    return "dl4j";
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
    Backend backend = Backend.of(spec.kernels());
    Precision precision = Precision.of(spec.basePrecision(), spec.kernels());
    FrozenBase base =
        spec.adaptation() instanceof Adaptation.Full
            ? FrozenBase.none(backend)
            : SharedBases.open(backend, precision, config, spec.baseModel(), hadoop);
    return new Dl4jEngine(
        config,
        spec.adaptation(),
        base,
        recompute(spec.recompute(), config),
        () -> backend.kernels(spec.threads()));
  }

  /** {@code auto} recomputes when keeping every block's inside would take more than 1 GiB. */
  static boolean recompute(String setting, LlamaConfig config) {
    return switch (setting) {
      case "on" -> true;
      case "off" -> false;
      default -> bytesKept(config, TOKENS_ASSUMED) > KEEP_AT_MOST;
    };
  }

  /** Bytes of all blocks' insides and outputs for so many packed tokens. */
  static long bytesKept(LlamaConfig config, int tokens) {
    long perToken = MemoryEstimate.inside(config) + config.hiddenSize();
    return perToken * config.layers() * tokens * Float.BYTES;
  }
}
