package org.radllama.train.dl4j;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.radllama.run.Console;
import org.radllama.train.checkpoint.CheckpointWriter;
import org.radllama.train.engine.Adaptation;
import org.radllama.train.engine.DropoutKey;
import org.radllama.train.engine.EncodedExample;
import org.radllama.train.engine.EngineSettings.BasePrecision;
import org.radllama.train.engine.EngineSettings.KernelKind;
import org.radllama.train.engine.EngineSpec;
import org.radllama.train.engine.LoraEngine;
import org.radllama.train.engine.MemoryEstimate;
import org.radllama.train.engine.MicroBatch;
import org.radllama.train.engine.Precision;
import org.radllama.train.engine.Recompute;
import org.radllama.train.engine.TestSettings;
import org.radllama.train.llama.LlamaConfig;
import org.radllama.train.llama.LlamaWeights;
import org.radllama.train.peft.LoraInitializer;
import org.radllama.train.safetensors.Dtype;
import org.radllama.train.safetensors.FloatTensor;

/**
 * Memory and time of a model of Llama-2-7B's shape with arbitrary weights. A main, not a test; the
 * checkpoint has 13.5 GB:
 *
 * <pre>
 * java -Xmx1g -cp ... org.radllama.train.dl4j.SevenBillion write DIR
 * java -Xmx1g -cp ... org.radllama.train.dl4j.SevenBillion step DIR int8 32
 * </pre>
 */
final class SevenBillion {
  /** Llama-2-7B's config.json (Touvron et al., arXiv 2307.09288). */
  static final LlamaConfig CONFIG =
      new LlamaConfig(
          32000,
          4096,
          11008,
          32,
          32,
          32,
          128,
          4096,
          1e-5,
          new LlamaConfig.Rope(10000, null),
          false,
          1,
          2);

  private static final float DEVIATION = 0.02f;

  private SevenBillion() {}

  public static void main(String[] args) throws IOException {
    Path dir = Path.of(args[1]);
    if (args[0].equals("write")) {
      write(dir);
    } else {
      step(dir, args[2], Integer.parseInt(args[3]));
    }
  }

  private static void write(Path dir) throws IOException {
    long start = System.nanoTime();
    org.apache.hadoop.fs.Path to = new org.apache.hadoop.fs.Path(dir.toUri());
    FileSystem fs = to.getFileSystem(new Configuration());
    fs.setWriteChecksum(false);
    List<FloatTensor> tensors = new ArrayList<>();
    for (Map.Entry<String, List<Integer>> t : LlamaWeights.tensors(CONFIG).entrySet()) {
      List<Long> shape = t.getValue().stream().map(Integer::longValue).toList();
      long seed = 0x9E3779B97F4A7C15L * (tensors.size() + 1);
      FloatTensor.Source source =
          shape.size() == 1
              ? (from, into, count) -> java.util.Arrays.fill(into, 0, count, 1)
              : (from, into, count) -> normal(seed, from, into, count);
      tensors.add(new FloatTensor(t.getKey(), Dtype.F16, shape, source));
    }
    CheckpointWriter.write(fs, to, CONFIG.toJson(), tensors, to, 5_000_000_000L);
    say("written in %.1f s", seconds(start));
  }

  /** About normal numbers, each a function of the seed and its place. */
  private static void normal(long seed, long from, float[] into, int count) {
    for (int i = 0; i < count; i++) {
      long bits = (seed ^ (from + i)) * 0xBF58476D1CE4E5B9L;
      bits = (bits ^ bits >>> 29) * 0x94D049BB133111EBL;
      bits ^= bits >>> 32;
      // The sum of four uniform numbers of 16 bits, whose variance is 4 * 2^32 / 12.
      long sum = (bits & 0xffff) + (bits >>> 16 & 0xffff) + (bits >>> 32 & 0xffff) + (bits >>> 48);
      into[i] = (sum - 131070) * (DEVIATION / 37837.2f);
    }
  }

  private static void step(Path dir, String precision, int tokens) throws IOException {
    Adaptation.Lora lora = new Adaptation.Lora(8, 16, 0.05, List.of("q_proj", "v_proj"), false);
    EngineSpec spec =
        new EngineSpec(
            TestSettings.of(
                KernelKind.FUSED,
                BasePrecision.valueOf(precision.toUpperCase(Locale.ROOT)),
                Recompute.AUTO),
            dir.toString(),
            Precision.FP16,
            CONFIG.toJson(),
            lora,
            1);
    long start = System.nanoTime();
    try (LoraEngine engine = new Dl4jEngineProvider().open(spec, new Configuration())) {
      say("%s: loaded in %.1f s, %s", precision, seconds(start), memory());
      float[] adapter = LoraInitializer.values(LlamaWeights.layout(CONFIG, lora), 1);
      int[] ids = new int[tokens];
      java.util.Arrays.setAll(ids, i -> i == 0 ? 1 : 3 + i * 997 % 31000);
      MicroBatch batch = new MicroBatch(List.of(new EncodedExample(0, ids, tokens / 2)));
      for (int i = 0; i < 2; i++) {
        long begun = System.nanoTime();
        double loss = engine.gradient(batch, adapter, new DropoutKey(1, i)).sum().loss();
        say(
            "step on %d tokens in %.1f s, loss a token %.4f, %s",
            tokens, seconds(begun), loss / batch.targetTokens(), memory());
      }
      long begun = System.nanoTime();
      EngineCalls.generate(engine, List.of(ids), adapter, 5, -1);
      say("%d tokens read and 5 written in %.1f s, %s", tokens, seconds(begun), memory());
    }
    MemoryEstimate estimate = new Dl4jEngineProvider().training(spec, tokens);
    say("estimated: %d MiB outside the heap", estimate.perExecutor(1) >> 20);
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  /** Resident now and at most, as the kernel counts it. */
  private static String memory() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmHWM") || line.startsWith("VmRSS"))
        .map(line -> line.replaceAll("\\s+", " "))
        .reduce((a, b) -> a + ", " + b)
        .orElse("");
  }

  private static void say(String what, Object... values) {
    Console.system().line(String.format(Locale.ROOT, what, values));
  }
}
