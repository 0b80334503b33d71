package org.radllama.train.dl4j;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.nn.layers.BaseOutputLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.radllama.train.dl4j.DecoderBlock.Inside;
import org.radllama.train.kernels.Arena;
import org.radllama.train.kernels.Matrix;

/** DL4J's side of the model: the embedding, a decoder block, and the loss head as layers. */
abstract sealed class LlamaLayer extends BaseLayer<LlamaLayerConf> {
  transient LayerRun run;

  private LlamaLayer(NeuralNetConfiguration conf, LayerRun run) {
    super(conf, DataType.FLOAT);
    this.run = run;
  }

  @Override
  public boolean isPretrainLayer() {
    return false;
  }

  Gradient ownGradient() {
    return added(getGradientsViewArray(), gradientViews);
  }

  /** The gradients that the mathematics has added into DL4J's views; null where it has none. */
  private static Gradient added(INDArray flat, Map<String, INDArray> views) {
    Gradient own = new DefaultGradient(flat);
    if (views != null) {
      views.forEach(own::setGradientFor);
    }
    return own;
  }

  /** Token ids to rows of the embedding. Its input carries only the number of tokens. */
  static final class Embedding extends LlamaLayer {
    Embedding(NeuralNetConfiguration conf, LayerRun run) {
      super(conf, run);
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
      Matrix table = run.model().embedding().value();
      INDArray out = run.array(run.pass().tokens().length, table.cols());
      run.tools().kernels().gather(table, run.pass().tokens(), run.matrix(out));
      return out;
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr ws) {
      Matrix gradient = run.model().embedding().gradient();
      if (gradient != null) {
        run.tools().kernels().scatterAdd(run.matrix(epsilon), run.pass().tokens(), gradient);
      }
      return new Pair<>(ownGradient(), null);
    }
  }

  /** One decoder block. */
  static final class Block extends LlamaLayer {
    private final int layer;
    private final transient Deque<Inside> kept = new ArrayDeque<>();

    Block(NeuralNetConfiguration conf, LayerRun run, int layer) {
      super(conf, run);
      this.layer = layer;
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
      Arena arena = run.tools().arena();
      Arena.Mark mark = arena.mark();
      INDArray out = run.array(block().rowsOut(run.pass()), (int) input.size(1));
      Inside inside =
          block().forward(run.pass(), run.tools(), null, run.matrix(input), run.matrix(out));
      if (run.recompute()) {
        arena.release(mark);
      } else {
        kept.push(inside);
      }
      return out;
    }

    private DecoderBlock block() {
      return run.model().blocks().get(layer);
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr ws) {
      Arena arena = run.tools().arena();
      Arena.Mark mark = arena.mark();
      Matrix x = run.matrix(input);
      Inside inside =
          run.recompute() ? block().forward(run.pass(), run.tools(), null, x, null) : kept.pop();
      INDArray dx = run.array(x.rows(), x.cols());
      boolean needed = layer > 0 || run.model().embeddingTrained();
      block()
          .backward(
              run.pass(), run.tools(), x, inside, run.matrix(epsilon), run.matrix(dx), needed);
      arena.release(mark);
      return new Pair<>(ownGradient(), dx);
    }
  }

  /** The loss over the pass's targets; it needs no labels of DL4J's. */
  static final class Head extends BaseOutputLayer<LlamaLayerConf> {
    private final transient LayerRun run;

    Head(NeuralNetConfiguration conf, LayerRun run) {
      super(conf, DataType.FLOAT);
      this.run = run;
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
      return input;
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr ws) {
      Matrix x = run.matrix(input);
      INDArray dx = run.array(x.rows(), x.cols());
      run.loss(run.model().head().loss(run.pass(), run.tools(), x, run.matrix(dx)));
      return new Pair<>(added(getGradientsViewArray(), gradientViews), dx);
    }

    @Override
    public double computeScore(double regularisation, boolean training, LayerWorkspaceMgr ws) {
      return run.loss();
    }

    @Override
    public boolean needsLabels() {
      return false;
    }

    @Override
    protected INDArray getLabels2d(LayerWorkspaceMgr workspaces, ArrayType type) {
      throw new UnsupportedOperationException("the targets come with the pass");
    }
  }
}
