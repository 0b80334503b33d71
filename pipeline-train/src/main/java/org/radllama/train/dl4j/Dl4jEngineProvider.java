package org.radllama.train.dl4j;

import org.apache.hadoop.conf.Configuration;
import org.nd4j.linalg.factory.Nd4j;
import org.radllama.failure.BadSettingException;
import org.radllama.failure.MissingResourceException;
import org.radllama.train.engine.Adaptation;
import org.radllama.train.engine.EngineProvider;
import org.radllama.train.engine.EngineSettings;
import org.radllama.train.engine.EngineSettings.BasePrecision;
import org.radllama.train.engine.EngineSettings.DeviceKind;
import org.radllama.train.engine.EngineSettings.EngineKind;
import org.radllama.train.engine.EngineSettings.MatmulPrecision;
import org.radllama.train.engine.EngineSpec;
import org.radllama.train.engine.LoraEngine;
import org.radllama.train.engine.MemoryEstimate;
import org.radllama.train.engine.Precision;
import org.radllama.train.kernels.Backend;
import org.radllama.train.kernels.FusedBackend;
import org.radllama.train.kernels.Libtorch;
import org.radllama.train.kernels.NativeMemory;
import org.radllama.train.kernels.NdArrayBackend;
import org.radllama.train.kernels.TorchBackend;
import org.radllama.train.llama.LlamaConfig;

/** Opens {@link Dl4jEngine}s. */
public final class Dl4jEngineProvider implements EngineProvider {
  static {
    NativeMemory.unbound(); // before ND4J loads JavaCPP
  }

  /** The GPU that a thread computes on. */
  private static final ThreadLocal<Integer> DEVICE = ThreadLocal.withInitial(() -> ANY_DEVICE);

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
    return "it runs wherever ND4J's backend runs";
  }

  @Override
  public void bind(int device) {
    DEVICE.set(device);
    if (device != ANY_DEVICE && !Nd4j.getBackend().getEnvironment().isCPU()) {
      Nd4j.getAffinityManager().unsafeSetDevice(device);
    }
  }

  @Override
  public LoraEngine open(EngineSpec spec, Configuration hadoop) {
    try {
      return opened(spec, hadoop);
    } catch (RuntimeException e) {
      throw Dl4jEngine.memoryNamed(e);
    }
  }

  private static LoraEngine opened(EngineSpec spec, Configuration hadoop) {
    LlamaConfig config = LlamaConfig.parse(spec.configJson());
    Backend backend = backend(spec);
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
   * The backend that a specification means in this JVM, on the device that the thread is bound to.
   *
   * @throws BadSettingException for kernels that cannot run on this build
   * @throws MissingResourceException for a GPU that is not here
   */
  static Backend backend(EngineSpec spec) {
    EngineSettings settings = spec.settings();
    boolean host = Nd4j.getBackend().getEnvironment().isCPU();
    return switch (settings.kernels()) {
      case FUSED -> {
        if (!host) {
          throw new BadSettingException(
              "kernels is fused, which needs nd4j-native, but ND4J's backend is %s; auto or ndarray run on it",
              Nd4j.getBackend().getClass().getSimpleName());
        }
        yield fused(settings);
      }
      case NDARRAY -> {
        requireSameDevice(settings, host);
        yield new NdArrayBackend();
      }
      case TORCH -> {
        if (!Libtorch.present()) {
          throw new MissingResourceException(Libtorch.ABSENT);
        }
        if (settings.device() == DeviceKind.CUDA && !Libtorch.forGpus()) {
          throw new MissingResourceException(Libtorch.NO_GPUS);
        }
        yield torch(spec, Libtorch.onGpu(settings));
      }
      case AUTO -> {
        if (Libtorch.onGpu(settings)) {
          yield torch(spec, true);
        }
        requireSameDevice(settings, host);
        yield host ? fused(settings) : new NdArrayBackend();
      }
    };
  }

  private static Backend fused(EngineSettings settings) {
    return new FusedBackend(settings.matmulPrecision() == MatmulPrecision.BF16);
  }

  /** ND4J computes where its backend does, which no setting changes. */
  private static void requireSameDevice(EngineSettings settings, boolean host) {
    if (host && settings.device() == DeviceKind.CUDA) {
      throw new MissingResourceException(Libtorch.NO_GPUS);
    }
    if (!host && settings.device() == DeviceKind.CPU) {
      throw new BadSettingException(
          "device is cpu, but this build computes on GPUs: build it without -P cuda11");
    }
  }

  private static Backend torch(EngineSpec spec, boolean gpu) {
    int device = Math.max(0, DEVICE.get());
    if (gpu && device >= Libtorch.gpus()) {
      throw new MissingResourceException(
          "GPU %d is asked for, but libtorch sees only %d here; device = cpu runs without one",
          device, Libtorch.gpus());
    }
    Precision activations = spec.settings().activations(gpu, spec.precision());
    return new TorchBackend(gpu ? "cuda:" + device : "cpu", activations);
  }

  private static Precision precision(EngineSpec spec, Backend backend) {
    if (backend.supports(spec.precision())) {
      return spec.precision();
    }
    if (spec.settings().basePrecision() != BasePrecision.AUTO) {
      throw new BadSettingException(
          "base-precision is %s, which the kernels here cannot use: set f32",
          spec.precision().label());
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
