package org.radllama.train.dl4j;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.radllama.ingest.run.Console;
import org.radllama.train.engine.Adaptation;
import org.radllama.train.engine.Decoding;
import org.radllama.train.engine.DropoutKey;
import org.radllama.train.engine.EncodedExample;
import org.radllama.train.engine.MicroBatch;
import org.radllama.train.engine.ParameterLayout;
import org.radllama.train.kernels.Backend;
import org.radllama.train.llama.LlamaConfig;
import org.radllama.train.llama.LlamaWeights;
import org.radllama.train.llama.RandomWeights;
import org.radllama.train.peft.LoraInitializer;

/**
 * CPU time of one training step and of decoding, on one thread. A main, not a test:
 *
 * <pre>
 * java -cp ... org.radllama.train.dl4j.EngineBenchmark HIDDEN LAYERS FFN VOCAB lora|full on|off fused|ndarray
 * </pre>
 */
final class EngineBenchmark {
  private static final int PROMPT_TOKENS = 160;

  private EngineBenchmark() {}

  public static void main(String[] args) {
    int hidden = Integer.parseInt(args[0]);
    int vocabulary = Integer.parseInt(args[3]);
    LlamaConfig config =
        new LlamaConfig(
            vocabulary,
            hidden,
            Integer.parseInt(args[2]),
            Integer.parseInt(args[1]),
            hidden / 64,
            hidden / 64,
            64,
            2048,
            1e-5,
            new LlamaConfig.Rope(10000, null),
            false,
            1,
            2);
    boolean lora = args[4].equals("lora");
    Adaptation adaptation =
        lora
            ? new Adaptation.Lora(8, 16, 0, List.of("q_proj", "v_proj"), false)
            : new Adaptation.Full();
    ParameterLayout full = LlamaWeights.fullLayout(config);
    float[] weights = RandomWeights.values(full, 0.02, 1);
    float[] trainable =
        lora ? LoraInitializer.values(LlamaWeights.layout(config, adaptation), 1) : weights;
    Backend backend = Backend.of(args[6]);
    FrozenBase base = lora ? Reference.base(backend, config, weights) : FrozenBase.none(backend);
    MicroBatch batch = batch(8, 128, vocabulary);
    try (Dl4jEngine engine = new Dl4jEngine(config, adaptation, base, args[5].equals("on"))) {
      for (int i = 0; i < 12; i++) {
        int step = i;
        time("step", () -> engine.gradient(batch, trainable, new DropoutKey(1, step)));
      }
      for (int n : new int[] {1, 8, 16, 32}) {
        generate(engine, trainable, vocabulary, n, new Decoding.Greedy());
      }
      for (int n : new int[] {1, 8}) {
        generate(
            engine,
            trainable,
            vocabulary,
            n,
            new Decoding.Beams(4, 1, Decoding.EarlyStopping.NEVER));
      }
      generate(engine, trainable, vocabulary, 8, new Decoding.Sampling(1, 50, 0.9, 1));
    }
  }

  private static void generate(
      Dl4jEngine engine, float[] trainable, int vocabulary, int n, Decoding.Strategy strategy) {
    List<int[]> prompts = new ArrayList<>();
    for (EncodedExample e : batch(n, PROMPT_TOKENS, vocabulary).examples()) {
      prompts.add(e.tokens());
    }
    for (int tokens : new int[] {1, 64}) {
      for (int i = 0; i < 3; i++) {
        time(
            "%d tokens for %d by %s".formatted(tokens, n, strategy.getClass().getSimpleName()),
            () -> engine.generate(prompts, trainable, new Decoding(tokens, -1, strategy)));
      }
    }
  }

  private static void time(String what, Runnable work) {
    long wall = System.nanoTime();
    long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    work.run();
    Console.system()
        .line(
            String.format(
                Locale.ROOT,
                "%s: cpu %.0f ms, wall %.0f ms",
                what,
                (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpu) / 1e6,
                (System.nanoTime() - wall) / 1e6));
  }

  private static MicroBatch batch(int examples, int length, int vocabulary) {
    SplittableRandom random = new SplittableRandom(5);
    List<EncodedExample> made = new ArrayList<>();
    for (int e = 0; e < examples; e++) {
      int[] tokens = new int[length];
      Arrays.setAll(tokens, i -> random.nextInt(vocabulary));
      made.add(new EncodedExample(e, tokens, 1));
    }
    return new MicroBatch(made);
  }
}
