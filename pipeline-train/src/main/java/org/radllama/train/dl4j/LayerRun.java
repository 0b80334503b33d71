package org.radllama.train.dl4j;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.radllama.train.dl4j.DecoderBlock.Tools;
import org.radllama.train.kernels.Backend;
import org.radllama.train.kernels.Matrix;

/**
 * What the layers of one network share while a micro-batch goes through them. DL4J hands arrays
 * from layer to layer; they are made here and freed when the micro-batch is done, since arrays left
 * to the garbage collector pile up outside the heap.
 */
final class LayerRun {
  private final Backend backend;
  private final boolean recompute;
  private final List<INDArray> made = new ArrayList<>();
  private LlamaModel model;
  private Tools tools;
  private Pass pass;
  private double loss;

  /**
   * A run.
   *
   * @param backend of the matrices over DL4J's arrays
   * @param recompute whether each block keeps only its input and computes its inside again in the
   *     backward pass (Chen et al., arXiv 1604.06174)
   */
  LayerRun(Backend backend, boolean recompute) {
    this.backend = backend;
    this.recompute = recompute;
  }

  void bind(LlamaModel newModel) {
    model = newModel;
  }

  void begin(Tools newTools, Pass newPass) {
    tools = newTools;
    pass = newPass;
    loss = 0;
  }

  void end() {
    made.forEach(INDArray::close);
    made.clear();
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
    INDArray array = Nd4j.createUninitialized(DataType.FLOAT, rows, cols);
    made.add(array);
    return array;
  }

  /** An array of DL4J's as a matrix. */
  Matrix matrix(INDArray array) {
    return backend.over(array, 0, (int) array.size(0), (int) array.size(1));
  }
}
