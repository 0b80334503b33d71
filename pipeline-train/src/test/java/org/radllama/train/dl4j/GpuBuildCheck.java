package org.radllama.train.dl4j;

import static org.radllama.text.Format.format;

import com.sun.jna.NativeLibrary;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.radllama.failure.MissingResourceException;
import org.radllama.run.Console;
import org.radllama.train.engine.Adaptation;
import org.radllama.train.engine.Decoding;
import org.radllama.train.engine.DropoutKey;
import org.radllama.train.engine.EncodedExample;
import org.radllama.train.engine.MicroBatch;
import org.radllama.train.engine.Precision;
import org.radllama.train.kernels.Arena;
import org.radllama.train.kernels.Backend;
import org.radllama.train.kernels.Kernels;
import org.radllama.train.kernels.Libtorch;
import org.radllama.train.kernels.Matrix;
import org.radllama.train.kernels.TorchBackend;
import org.radllama.train.llama.LlamaWeights;
import org.radllama.train.peft.LoraInitializer;

/**
 * What deploy/gpu/check-cuda-profile runs with the build for GPUs on the null GPU, which computes
 * nothing: a main that ends with 1 where a step of Llama-2-7B's shape does too much, or something
 * is done on the wrong device without an error. One process for each, since libtorch keeps memory.
 *
 * <pre>
 * GpuBuildCheck devices
 * GpuBuildCheck step TOKENS RECOMPUTE DROPOUT LAUNCHES WAITS MEGABYTES
 * GpuBuildCheck full TOKENS
 * </pre>
 */
public final class GpuBuildCheck {
  private static final Console OUT = Console.system();
  private static final int EXAMPLE = 512;
  private static final Backend GPU = new TorchBackend("cuda:0", Precision.BF16);
  private static final Backend CPU = new TorchBackend("cpu", Precision.BF16);

  private boolean right = true;

  private GpuBuildCheck() {}

  public static void main(String[] args) {
    GpuBuildCheck check = new GpuBuildCheck();
    check.expect(Libtorch.forGpus() && Libtorch.gpus() == 1, "libtorch sees one GPU");
    switch (args[0]) {
      case "devices" -> check.mixUps();
      case "step" ->
          check.step(
              Integer.parseInt(args[1]),
              Boolean.parseBoolean(args[2]),
              Double.parseDouble(args[3]),
              new Bounds(
                  Long.parseLong(args[4]), Long.parseLong(args[5]), Long.parseLong(args[6])));
      case "full" -> check.fullMemoryIsNamed(Integer.parseInt(args[1]));
      default -> throw new IllegalArgumentException("no such check: " + args[0]);
    }
    System.exit(check.right ? 0 : 1);
  }

  private void expect(boolean holds, String what) {
    OUT.result((holds ? "ok    " : "WRONG ") + what);
    right &= holds;
  }

  /** Matrices of the host among those of the GPU. */
  private void mixUps() {
    try (Kernels kernels = GPU.kernels();
        Arena gpu = GPU.arena();
        Arena cpu = CPU.arena()) {
      Matrix here = cpu.take(64, 64);
      Matrix there = gpu.take(64, 64);
      refused("a sum", () -> kernels.add(here, there));
      refused("a product", () -> kernels.timesTransposed(there, here, 1, 0, there));
      refused("rows of a table", () -> kernels.gather(here, new int[] {1}, there));
      refused("a norm", () -> kernels.rmsNorm(there, here.rows(0, 1), 1e-5, there, there));
    }
  }

  private void refused(String what, Runnable mixUp) {
    try {
      mixUp.run();
      expect(false, what + " of two devices is refused");
    } catch (RuntimeException e) {
      expect(
          String.valueOf(e.getMessage()).contains("device"),
          what + " of two devices is refused, and the message says why");
    }
  }

  /** What a step may do at most. */
  private record Bounds(long launches, long waits, long megabytes) {}

  private void step(int tokens, boolean recompute, double dropout, Bounds bounds) {
    try (Dl4jEngine engine = engine(recompute, dropout)) {
      float[] adapter = adapter(dropout);
      MicroBatch batch = batch(tokens);
      engine.gradient(batch, adapter, new DropoutKey(1, 1));
      long launches = counter("launches");
      long waits = counter("waits");
      long start = System.nanoTime();
      engine.gradient(batch, adapter, new DropoutKey(1, 2));
      double seconds = (System.nanoTime() - start) / 1e9;
      launches = counter("launches") - launches;
      waits = counter("waits") - waits;
      long peak = counter("peak_mb");
      expect(
          launches <= bounds.launches && waits <= bounds.waits && peak <= bounds.megabytes,
          format(
              "a step of %d tokens, recompute %s, dropout %s: %d launches (at most %d), %d waits (at most %d), %d MB (at most %d), %.2f s on the host",
              tokens,
              recompute,
              dropout,
              launches,
              bounds.launches,
              waits,
              bounds.waits,
              peak,
              bounds.megabytes,
              seconds));
      long few = launchesOfToken(engine, adapter, 2);
      long many = launchesOfToken(engine, adapter, 32);
      expect(
          many <= 1.1 * few,
          format(
              "a new token: %d launches for 2 texts, %d for 32 (at most a tenth more)", few, many));
    }
  }

  /** What each further token of all texts takes; prompts are read one by one before. */
  private static long launchesOfToken(Dl4jEngine engine, float[] adapter, int texts) {
    int more = 8;
    long one = launchesOfGeneration(engine, adapter, texts, 1);
    return (launchesOfGeneration(engine, adapter, texts, 1 + more) - one) / more;
  }

  private static long launchesOfGeneration(
      Dl4jEngine engine, float[] adapter, int texts, int tokens) {
    long before = counter("launches");
    engine.generate(
        Collections.nCopies(texts, new int[48]),
        new long[texts],
        adapter,
        new Decoding(tokens, -1, new Decoding.Greedy()));
    return counter("launches") - before;
  }

  private void fullMemoryIsNamed(int tokens) {
    limit(20_000);
    try (Dl4jEngine engine = engine(false, 0)) {
      engine.gradient(batch(tokens), adapter(0), null);
      expect(false, "a full GPU ends the step");
    } catch (MissingResourceException e) {
      expect(
          e.getMessage().contains("GPU's memory is full"), "a full GPU ends the step and is named");
    }
  }

  private static Adaptation.Lora lora(double dropout) {
    return new Adaptation.Lora(8, 16, dropout, List.of("q_proj", "v_proj"), false);
  }

  private static float[] adapter(double dropout) {
    return LoraInitializer.values(LlamaWeights.layout(SevenBillion.CONFIG, lora(dropout)), 1);
  }

  private static Dl4jEngine engine(boolean recompute, double dropout) {
    FrozenBase base =
        FrozenBase.load(
            GPU,
            new FrozenBase.Form(Precision.BF16, false),
            SevenBillion.CONFIG,
            (tensor, at, into, count) -> {});
    return new Dl4jEngine(SevenBillion.CONFIG, lora(dropout), base, recompute, GPU::kernels);
  }

  private static MicroBatch batch(int tokens) {
    List<EncodedExample> examples = new ArrayList<>();
    for (int i = 0; i < tokens / EXAMPLE; i++) {
      examples.add(new EncodedExample(i, new int[EXAMPLE], EXAMPLE / 2));
    }
    return new MicroBatch(examples);
  }

  private static long counter(String name) {
    return NativeLibrary.getProcess().getFunction("null_gpu_" + name).invokeLong(new Object[0]);
  }

  private static void limit(int megabytes) {
    Object[] arguments = {(long) megabytes};
    NativeLibrary.getProcess().getFunction("null_gpu_limit").invokeVoid(arguments);
  }
}
