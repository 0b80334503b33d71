package org.radllama.train.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.radllama.failure.BadSettingException;
import org.radllama.random.CounterRandom;
import org.radllama.train.decode.NaiveBeams;
import org.radllama.train.decode.TokenSearch;
import org.radllama.train.engine.Adaptation;
import org.radllama.train.engine.Decoding;
import org.radllama.train.engine.Decoding.EarlyStopping;
import org.radllama.train.engine.EncodedExample;
import org.radllama.train.engine.MicroBatch;
import org.radllama.train.engine.Precision;
import org.radllama.train.kernels.Arena;
import org.radllama.train.kernels.Backend;
import org.radllama.train.kernels.FusedBackend;
import org.radllama.train.kernels.Matrix;
import org.radllama.train.kernels.Packing;
import org.radllama.train.llama.Family;
import org.radllama.train.llama.LlamaConfig;
import org.radllama.train.llama.LlamaWeights;
import org.radllama.train.llama.RandomWeights;

/** Continuing many texts at once is continuing each alone. */
class ContinuationTest {
  private static final int END = 2;
  private static final int WHOLE = 128;
  private static final Adaptation LORA =
      new Adaptation.Lora(4, 8, 0, List.of("q_proj", "v_proj", "down_proj"), false);

  static Stream<Decoding.Strategy> strategies() {
    return Stream.of(
        new Decoding.Greedy(),
        new Decoding.Sampling(1, 0, 1, 3),
        new Decoding.Sampling(0.8, 20, 0.9, 4),
        new Decoding.Beams(4, 1, EarlyStopping.FALSE),
        new Decoding.Beams(3, 0.5, EarlyStopping.TRUE),
        new Decoding.Beams(5, 2, EarlyStopping.NEVER));
  }

  @ParameterizedTest
  @MethodSource("strategies")
  void batchesOfAnySizeAndOrderContinueAlike(Decoding.Strategy strategy) {
    Random random = new Random(5);
    Model model = new Model(config(24, 48, 3, WHOLE), 1);
    List<int[]> prompts = prompts(random, 32, 24, 60);
    long[] keys = random.longs(32).toArray();
    Decoding how = new Decoding(24, END, strategy);
    try (Dl4jEngine engine = model.engine(new FusedBackend())) {
      List<int[]> all = engine.generate(prompts, keys, model.adapter, how);
      assertThat(all.stream().map(Arrays::toString).distinct().count()).isGreaterThan(12);
      assertThat(all.stream().mapToInt(t -> t.length).distinct().count()).isGreaterThan(2);
      for (int size : new int[] {1, 8}) {
        assertSame(all, parts(engine, model, prompts, keys, how, inOrder(32), size));
      }
      List<Integer> shuffled = inOrder(32);
      Collections.shuffle(shuffled, random);
      assertSame(all, parts(engine, model, prompts, keys, how, shuffled, 5));
    }
  }

  /** Texts drawn together, whose equal beginnings are read once, are those drawn one by one. */
  @Test
  void samplesAreTheTextsDrawnAlone() {
    Random random = new Random(6);
    Model model = new Model(config(24, 48, 3, WHOLE), 1);
    List<int[]> prompts = prompts(random, 9, 24, 60);
    long[] keys = random.longs(9).toArray();
    for (Decoding.Sampling sampling :
        List.of(new Decoding.Sampling(0.4, 0, 1, 3), new Decoding.Sampling(0.8, 20, 0.9, 4))) {
      for (int texts : new int[] {1, 5, 21}) {
        Decoding how = new Decoding(12, END, new Decoding.Samples(sampling, texts));
        try (Dl4jEngine engine = model.engine(new FusedBackend())) {
          List<int[]> expected = new ArrayList<>();
          for (int i = 0; i < keys.length; i++) {
            for (int n = 0; n < texts; n++) {
              long[] key = {CounterRandom.key(keys[i], n)};
              List<int[]> prompt = prompts.subList(i, i + 1);
              expected.addAll(
                  engine.generate(prompt, key, model.adapter, new Decoding(12, END, sampling)));
            }
          }
          assertSame(expected, engine.generate(prompts, keys, model.adapter, how));
          long distinct = expected.stream().map(Arrays::toString).distinct().count();
          assertThat(distinct).isGreaterThan(8);
          if (texts == 21) {
            assertThat(distinct).isLessThan(expected.size());
          }
        }
      }
    }
  }

  private static List<Integer> inOrder(int n) {
    return new ArrayList<>(IntStream.range(0, n).boxed().toList());
  }

  private static void assertSame(List<int[]> expected, List<int[]> seen) {
    assertThat(seen.stream().map(Arrays::toString))
        .containsExactlyElementsOf(expected.stream().map(Arrays::toString).toList());
  }

  private static List<int[]> parts(
      Dl4jEngine engine,
      Model model,
      List<int[]> prompts,
      long[] keys,
      Decoding how,
      List<Integer> order,
      int size) {
    int[][] made = new int[prompts.size()][];
    for (int from = 0; from < order.size(); from += size) {
      List<Integer> part = order.subList(from, Math.min(from + size, order.size()));
      List<int[]> some =
          engine.generate(
              part.stream().map(prompts::get).toList(),
              part.stream().mapToLong(i -> keys[i]).toArray(),
              model.adapter,
              how);
      for (int i = 0; i < part.size(); i++) {
        made[part.get(i)] = some.get(i);
      }
    }
    return Arrays.asList(made);
  }

  /**
   * To the last bit: the logits behind a prompt and behind one more token, read beside 0 to 15
   * others that have many, few or no tokens in common with it.
   */
  @ParameterizedTest
  @CsvSource({
    "32,0,F32,true,128",
    "136,20,BF16,true,128",
    "192,32,INT8,false,128",
    "192,71,FP16,true,128",
    "192,71,F32,false,128",
    "192,50,F32,true,33"
  })
  void logitsDoNotDependOnTheirNeighbours(
      int hidden, int common, Precision precision, boolean forwardOnly, int window) {
    LlamaConfig config = config(1000, hidden, 2, window);
    Model model = new Model(config, 2);
    FrozenBase.Form form = new FrozenBase.Form(precision, forwardOnly);
    try (FrozenBase base = Reference.base(new FusedBackend(), form, config, model.weights);
        LlamaNetwork network =
            new LlamaNetwork(config, LORA, base, false, new FusedBackend().kernels())) {
      network.load(model.adapter);
      List<int[]> prompts = beginningAlike(prompts(new Random(hidden), 16, 1000, 40), common);
      float[][][] alone = new float[16][][];
      for (int i = 0; i < 16; i++) {
        alone[i] = logitsBehind(network, config, prompts.subList(i, i + 1)).get(0);
      }
      for (int n : new int[] {2, 3, 7, 8, 12, 16}) {
        List<float[][]> together = logitsBehind(network, config, prompts.subList(16 - n, 16));
        for (int i = 0; i < n; i++) {
          assertThat(together.get(i)[0]).isEqualTo(alone[16 - n + i][0]);
          assertThat(together.get(i)[1]).isEqualTo(alone[16 - n + i][1]);
        }
      }
    }
  }

  private static List<int[]> beginningAlike(List<int[]> prompts, int common) {
    int[] beginning = new Random(common).ints(common, 10, 1000).toArray();
    return prompts.stream()
        .map(p -> IntStream.concat(Arrays.stream(beginning), Arrays.stream(p)).toArray())
        .toList();
  }

  /** What is read once of several prompts ends where all blocks of queries do, before any ends. */
  @Test
  void whatPromptsShareIsWholeBlocks() {
    int[] a = IntStream.range(0, 49).toArray();
    int[] b = IntStream.range(0, 70).toArray();
    int[] c = IntStream.range(0, 48).toArray();
    int[] d = {0, 1, 2};
    assertThat(PromptReader.shared(List.of(b))).isZero();
    assertThat(PromptReader.shared(List.of(a, b))).isEqualTo(48);
    assertThat(PromptReader.shared(List.of(b, c))).isEqualTo(24);
    assertThat(PromptReader.shared(List.of(c, c))).isEqualTo(24);
    assertThat(PromptReader.shared(List.of(a, d, b))).isZero();
  }

  /** Logits behind each prompt, and behind token 7 after it. */
  private static List<float[][]> logitsBehind(
      LlamaNetwork network, LlamaConfig config, List<int[]> prompts) {
    List<BeamKvCaches> texts = new ArrayList<>();
    for (int[] prompt : prompts) {
      Decoding greedy = new Decoding(4, END, new Decoding.Greedy());
      texts.add(new BeamKvCaches(network, config, prompt, TokenSearch.of(greedy, 0), 1));
    }
    List<float[][]> seen = new ArrayList<>();
    new PromptReader(network, true)
        .read(texts, (text, logits) -> seen.add(new float[][] {logits.toArray(), null}));
    Arena.Mark mark = network.arena().mark();
    int n = prompts.size();
    int[] filled = prompts.stream().mapToInt(p -> p.length).toArray();
    List<BeamKvCaches.Row> rows =
        IntStream.range(0, n).mapToObj(i -> texts.get(i).promptRow().filled(filled[i])).toList();
    int[] tokens = new int[n];
    Arrays.fill(tokens, 7);
    Packing packing = new Packing(IntStream.rangeClosed(0, n).toArray(), filled);
    Matrix logits =
        network.logits(Pass.inference(tokens, packing, true, Pass.Kind.STEP), network.caches(rows));
    for (int i = 0; i < n; i++) {
      seen.get(i)[1] = logits.rows(i, 1).toArray();
    }
    network.arena().release(mark);
    texts.forEach(BeamKvCaches::free);
    return seen;
  }

  /** Beams that share, reorder and grow their caches find what reading whole texts finds. */
  @ParameterizedTest
  @MethodSource("org.radllama.train.kernels.Backends#all")
  void cachedBeamsAreTheUncached(Backend backend) {
    Random random = new Random(9);
    for (int i = 0; i < (backend instanceof FusedBackend ? 12 : 3); i++) {
      Model model = new Model(config(14, 16, 2, i % 2 == 0 ? WHOLE : 4 + i), i);
      List<int[]> prompts = prompts(random, 5, 14, 12);
      Decoding.Strategy strategy =
          new Decoding.Beams(
              2 + i % 4, new double[] {1, 0, 2, -0.5}[i % 4], EarlyStopping.values()[i % 3]);
      Decoding how = new Decoding(i % 6 == 0 ? 80 : 10, END, strategy);
      try (Dl4jEngine engine = model.engine(backend)) {
        List<int[]> made = EngineCalls.generate(engine, prompts, model.adapter, how);
        for (int p = 0; p < prompts.size(); p++) {
          int[] prompt = prompts.get(p);
          NaiveBeams naive = new NaiveBeams(made1 -> model.next(engine, prompt, made1), how);
          assertThat(made.get(p)).isEqualTo(naive.run());
        }
      }
    }
  }

  @Test
  void promptsBeyondThePositionsAreRefused() {
    Model model = new Model(config(14, 16, 1, WHOLE), 1);
    Decoding how = new Decoding(10, END, new Decoding.Greedy());
    try (Dl4jEngine engine = model.engine(new FusedBackend())) {
      int most = model.config.maxPositions() - 10;
      assertThat(EngineCalls.generate(engine, List.of(new int[most]), model.adapter, how))
          .hasSize(1);
      for (int length : new int[] {0, most + 1}) {
        assertThatThrownBy(
                () -> EngineCalls.generate(engine, List.of(new int[length]), model.adapter, how))
            .isInstanceOf(BadSettingException.class)
            .hasMessage(
                String.format(
                    Locale.ROOT,
                    "a prompt of %d tokens cannot be continued by 10: it must have 1 to %d, so that"
                        + " both fit the model's 128 positions (max-length, max-new-tokens)",
                    length,
                    most));
      }
    }
  }

  /** A Llama, or for a window a Qwen 3 that has it in its last block. */
  private static LlamaConfig config(int vocabulary, int hidden, int layers, int window) {
    LlamaConfig.Rope rope = new LlamaConfig.Rope(10000, null);
    return new LlamaConfig(
        vocabulary,
        hidden,
        hidden + 24,
        layers,
        4,
        2,
        hidden / 4 / 2 * 2,
        128,
        1e-5,
        rope,
        true,
        1,
        END,
        window == WHOLE ? Family.LLAMA : Family.QWEN3,
        window == WHOLE ? null : new LlamaConfig.Sliding(window, List.of(layers - 1)));
  }

  private static List<int[]> prompts(Random random, int n, int vocabulary, int longest) {
    return IntStream.range(0, n)
        .mapToObj(i -> random.ints(1 + random.nextInt(longest), 0, vocabulary).toArray())
        .toList();
  }

  /** A model of random weights. */
  private static final class Model {
    private final LlamaConfig config;
    private final float[] weights;
    private final float[] adapter;

    Model(LlamaConfig config, int seed) {
      this.config = config;
      weights = RandomWeights.values(LlamaWeights.fullLayout(config), 0.35, seed);
      adapter = RandomWeights.values(LlamaWeights.layout(config, LORA), 0.2, seed + 100);
    }

    FrozenBase base(Backend backend) {
      FrozenBase.Form form = new FrozenBase.Form(Precision.F32, true);
      return Reference.base(backend, form, config, weights);
    }

    Dl4jEngine engine(Backend backend) {
      return new Dl4jEngine(config, LORA, base(backend), false, backend::kernels);
    }

    /** Logits behind the last token, all tokens read anew. */
    float[] next(Dl4jEngine engine, int[] prompt, int[] made) {
      int[] text = Arrays.copyOf(prompt, prompt.length + made.length);
      System.arraycopy(made, 0, text, prompt.length, made.length);
      MicroBatch batch = new MicroBatch(List.of(new EncodedExample(0, text, text.length)));
      return EngineCalls.logits(engine, batch, adapter, new int[] {text.length - 1});
    }
  }
}
