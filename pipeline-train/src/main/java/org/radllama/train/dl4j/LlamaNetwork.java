package org.radllama.train.dl4j;

import static org.radllama.text.Format.format;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;
import org.radllama.train.dl4j.DecoderBlock.Tools;
import org.radllama.train.engine.Adaptation;
import org.radllama.train.engine.GradientSum;
import org.radllama.train.engine.LossSum;
import org.radllama.train.engine.ParameterLayout;
import org.radllama.train.engine.ParameterLayout.Slot;
import org.radllama.train.kernels.Arena;
import org.radllama.train.kernels.Backend;
import org.radllama.train.kernels.Kernels;
import org.radllama.train.kernels.Matrix;
import org.radllama.train.kernels.RotaryTable;
import org.radllama.train.llama.LlamaConfig;
import org.radllama.train.llama.LlamaWeights;

/** One thread's network: DL4J's parameters and gradients, and the tools to compute with. */
final class LlamaNetwork implements AutoCloseable {
  private final LlamaConfig config;
  private final LayerRun run;
  private final MultiLayerNetwork net;
  private final LlamaModel model;
  private final Matrix values;
  private final Matrix gradients;
  private final INDArray input = Nd4j.zeros(DataType.FLOAT, 1, 1);
  private final Backend backend;
  private final Kernels kernels;
  private final Arena arena;
  private RotaryTable rotary;

  LlamaNetwork(
      LlamaConfig config,
      Adaptation adaptation,
      FrozenBase base,
      boolean recompute,
      Kernels kernels) {
    this.config = config;
    backend = base.backend();
    this.kernels = kernels;
    arena = backend.arena();
    run = new LayerRun(backend, recompute);
    ParameterLayout layout = LlamaWeights.layout(config, adaptation);
    net = new MultiLayerNetwork(configuration(config, layout, run));
    net.init();
    net.initGradientsView();
    int n = layout.parameterCount();
    if (net.numParams() != n) {
      throw new IllegalStateException(
          format("DL4J counts %d parameters, the layout %d", net.numParams(), n));
    }
    values = backend.numbers(net.params());
    gradients = backend.numbers(net.getGradientsViewArray());
    model = LlamaModel.of(config, adaptation, base, values::part, gradients::part);
    run.bind(model);
    rotary = new RotaryTable(config.ropeFrequencies(), Math.min(config.maxPositions(), 1024));
  }

  private static MultiLayerConfiguration configuration(
      LlamaConfig config, ParameterLayout layout, LayerRun run) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .dataType(DataType.FLOAT)
            .trainingWorkspaceMode(WorkspaceMode.NONE)
            .inferenceWorkspaceMode(WorkspaceMode.NONE)
            .miniBatch(false)
            .updater(new NoOp())
            .list();
    list.layer(
        new LlamaLayerConf(
            "embedding", slots(layout, LlamaWeights.EMBEDDING), run, LlamaLayer.Embedding::new));
    for (int i = 0; i < config.layers(); i++) {
      int layer = i;
      list.layer(
          new LlamaLayerConf(
              "block-" + layer,
              slots(layout, format("model.layers.%d.", layer)),
              run,
              (conf, shared) -> new LlamaLayer.Block(conf, shared, layer)));
    }
    List<Slot> last = new ArrayList<>(slots(layout, LlamaWeights.FINAL_NORM));
    last.addAll(slots(layout, LlamaWeights.HEAD));
    list.layer(new LlamaLayerConf("head", last, run, LlamaLayer.Head::new));
    return list.build();
  }

  private static List<Slot> slots(ParameterLayout layout, String prefix) {
    return layout.slots().stream()
        .filter(
            s -> s.name().startsWith(prefix) || s.name().startsWith("base_model.model." + prefix))
        .toList();
  }

  /** Copies the trainable numbers in. */
  void load(float[] trainable) {
    values.put(0, trainable, 0, trainable.length);
  }

  GradientSum gradient(Pass pass) {
    gradients.zero();
    if (pass.targetIds().length == 0) {
      return new GradientSum(new LossSum(0, 0), gradients.toArray());
    }
    Arena.Mark mark = arena.mark();
    run.begin(tools(pass.packing().longest()), pass);
    try {
      net.setInput(input);
      net.computeGradientAndScore();
      LossSum sum = new LossSum(run.loss(), pass.targetIds().length);
      return new GradientSum(sum, gradients.toArray());
    } finally {
      net.clear();
      run.end();
      arena.release(mark);
    }
  }

  LossSum loss(Pass pass) {
    if (pass.targetIds().length == 0) {
      return new LossSum(0, 0);
    }
    Tools tools = tools(pass.packing().longest());
    Arena.Mark mark = arena.mark();
    Matrix x = blocks(pass, tools, null);
    double loss = model.head().loss(pass, tools, x, null);
    arena.release(mark);
    return new LossSum(loss, pass.targetIds().length);
  }

  /** Logits (M, vocabulary) of the wanted rows, in the arena until its mark is released. */
  Matrix logits(Pass pass, List<LayerKvCache> caches) {
    Tools tools = tools(pass.packing().longest());
    return model.head().logits(tools, blocks(pass, tools, caches));
  }

  /** Fills the caches, where nobody wants to know what comes next. */
  void read(Pass pass, List<LayerKvCache> caches) {
    Arena.Mark mark = arena.mark();
    blocks(pass, tools(pass.packing().longest()), caches);
    arena.release(mark);
  }

  /** See {@link Kernels#rowsApart()}. */
  boolean rowsApart() {
    return kernels.rowsApart();
  }

  /** What each block sees of the texts' caches. */
  List<LayerKvCache> caches(List<BeamKvCaches.Row> rows) {
    int[] filled = rows.stream().mapToInt(BeamKvCaches.Row::filled).toArray();
    return IntStream.range(0, config.layers())
        .mapToObj(
            layer ->
                new LayerKvCache(
                    rows.stream().map(r -> r.cache().keys(layer)).toArray(Matrix[]::new),
                    rows.stream().map(r -> r.cache().values(layer)).toArray(Matrix[]::new),
                    filled))
        .toList();
  }

  /** The last block's output of the wanted rows (M, hidden), in the arena. */
  private Matrix blocks(Pass pass, Tools tools, List<LayerKvCache> caches) {
    int n = pass.tokens().length;
    Matrix x = arena.take(n, config.hiddenSize());
    Matrix y = arena.take(n, config.hiddenSize());
    kernels.gather(model.embedding().value(), pass.tokens(), x);
    for (int layer = 0; layer < model.blocks().size(); layer++) {
      Arena.Mark mark = arena.mark();
      LayerKvCache cache = caches == null ? null : caches.get(layer);
      DecoderBlock block = model.blocks().get(layer);
      y = y.rows(0, block.rowsOut(pass));
      block.forward(pass, tools, cache, x, y);
      arena.release(mark);
      Matrix swap = x;
      x = y;
      y = swap;
    }
    return x;
  }

  private Tools tools(int positions) {
    if (positions > rotary.positions()) {
      rotary = new RotaryTable(config.ropeFrequencies(), Integer.highestOneBit(positions) * 2);
    }
    return new Tools(kernels, arena, rotary);
  }

  /** Zeros for intermediates that outlive a pass, until they are freed. */
  Matrix allocate(int rows, int cols) {
    return backend.intermediate(rows, cols);
  }

  Arena arena() {
    return arena;
  }

  @Override
  public void close() {
    run.close();
    arena.close();
    kernels.close();
    backend.release(values);
    backend.release(gradients);
    net.close();
    input.close();
  }
}
