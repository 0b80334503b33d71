package org.radllama.train.dl4j;

import java.util.IdentityHashMap;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.radllama.train.dl4j.DecoderBlock.Tools;
import org.radllama.train.kernels.Arena;
import org.radllama.train.kernels.Backend;
import org.radllama.train.kernels.Matrix;

/**
 * What the layers of one network share while a micro-batch goes through them. DL4J hands arrays
 * from layer to layer. Here each is a token: an array's shape over one float, which stands for a
 * matrix of the kernels. ND4J would fill whole arrays with zeros first.
 */
final class LayerRun implements AutoCloseable {
  private static final long[] NO_STEPS = {0, 0};
  private static final Arena.Mark EMPTY = new Arena.Mark(0, 0);

  private final boolean recompute;
  private final Arena arena;
  private final IdentityHashMap<INDArray, Matrix> carried = new IdentityHashMap<>();
  private LlamaModel model;
  private Tools tools;
  private Pass pass;
  private double loss;

  /**
   * A run.
   *
   * @param backend of what the arrays stand for
   * @param recompute whether each block keeps only its input and computes its inside again in the
   *     backward pass (Chen et al., arXiv 1604.06174)
   */
  LayerRun(Backend backend, boolean recompute) {
    arena = backend.arena();
    this.recompute = recompute;
  }

  void bind(LlamaModel newModel) {
    model = newModel;
  }

  void begin(Tools newTools, Pass newPass) {
    tools = newTools;
    pass = newPass;
    loss = 0;
    long each = (long) newPass.tokens().length * model.embedding().value().cols() + 16;
    long carriedAtOnce = 2L * (model.blocks().size() + 1) * each;
    if (arena.bytes() < carriedAtOnce * Float.BYTES) {
      arena.close();
      arena.reserve(carriedAtOnce);
    }
  }

  void end() {
    carried.keySet().forEach(INDArray::close);
    carried.clear();
    arena.release(EMPTY);
    pass = null;
  }

  boolean recompute() {
    return recompute;
  }

  LlamaModel model() {
    return model;
  }

  Tools tools() {
    return tools;
  }

  Pass pass() {
    return pass;
  }

  double loss() {
    return loss;
  }

  void loss(double sum) {
    loss = sum;
  }

  /** An array (rows, cols) of arbitrary content, freed at the end. */
  INDArray array(int rows, int cols) {
    DataBuffer one = Nd4j.createBuffer(DataType.FLOAT, 1, false);
    long[] shape = {rows, cols};
    INDArray token = Nd4j.create(one, shape, NO_STEPS, 0, 'c', DataType.FLOAT);
    carried.put(token, arena.take(rows, cols));
    return token;
  }

  /** What an array of DL4J's stands for. */
  Matrix matrix(INDArray token) {
    return carried.get(token);
  }

  @Override
  public void close() {
    arena.close();
  }
}
