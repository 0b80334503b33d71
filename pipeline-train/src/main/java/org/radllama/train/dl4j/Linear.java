package org.radllama.train.dl4j;

import org.radllama.train.kernels.Arena;
import org.radllama.train.kernels.Dropout;
import org.radllama.train.kernels.Kernels;
import org.radllama.train.kernels.Matrix;
import org.radllama.train.kernels.Packing;

/**
 * One projection, {@code y = x W^T + b}, with a LoRA adapter beside it where there is one: {@code y
 * += s dropout(x) A^T B^T} (Hu et al., arXiv 2106.09685, section 4.1). Shapes: x (N, in), W (out,
 * in), b (1, out), A (r, in), B (out, r).
 *
 * @param bias null where there is none
 * @param adapter null where there is none
 */
record Linear(Trainable weight, Trainable bias, Adapter adapter) {

  /**
   * A tensor with its gradient.
   *
   * @param value the numbers
   * @param gradient where its gradient is added, or null when it is frozen
   */
  record Trainable(Matrix value, Matrix gradient) {}

  /**
   * The low-rank part.
   *
   * @param scale s
   * @param dropout probability
   * @param site which projection of the model this is, for the dropout
   */
  record Adapter(Trainable a, Trainable b, float scale, double dropout, int site) {}

  int out() {
    return weight.value().rows();
  }

  int in() {
    return weight.value().cols();
  }

  /**
   * What a projection needs beside its numbers.
   *
   * @param rows where the examples' rows lie in its input and output
   */
  record Call(Pass pass, Kernels kernels, Arena arena, Packing rows) {
    private void product(Matrix x, Matrix w, float alpha, float beta, Matrix y) {
      if (pass.kind() == Pass.Kind.EXAMPLES) {
        kernels.timesTransposed(x, w, alpha, beta, y);
      } else {
        kernels.eachTimesTransposed(x, w, alpha, beta, y);
      }
    }
  }

  /** Overwrites y (N, out). */
  void forward(Call call, Matrix x, Matrix y) {
    Arena arena = call.arena;
    call.product(x, weight.value(), 1, 0, y);
    if (bias != null) {
      call.kernels.addToRows(bias.value(), y);
    }
    if (adapter == null || !call.pass.adapted()) {
      return;
    }
    Arena.Mark mark = arena.mark();
    Matrix dropped = dropped(call, x);
    Matrix low = arena.take(x.rows(), adapter.a.value().rows());
    call.product(dropped, adapter.a.value(), 1, 0, low);
    call.product(low, adapter.b.value(), adapter.scale, 1, y);
    arena.release(mark);
  }

  private Matrix dropped(Call call, Matrix x) {
    Dropout dropout = call.pass.dropout(adapter.dropout, adapter.site);
    if (dropout == null) {
      return x;
    }
    Matrix dropped = call.arena.take(x.rows(), x.cols());
    call.kernels.dropout(x, dropout, call.rows, dropped);
    return dropped;
  }

  /**
   * Adds the gradients of what is trainable, and writes {@code dx = beta dx + ...} unless it is
   * null, which says that nothing before this needs a gradient.
   */
  void backward(Call call, Matrix x, Matrix dy, Matrix dx, float beta) {
    Kernels kernels = call.kernels;
    if (weight.gradient() != null) {
      kernels.addTransposedTimes(dy, x, 1, weight.gradient());
    }
    if (bias != null && bias.gradient() != null) {
      kernels.addSumOfRows(dy, bias.gradient());
    }
    if (dx != null) {
      kernels.times(dy, weight.value(), 1, beta, dx);
    }
    if (adapter != null && call.pass.adapted()) {
      Arena.Mark mark = call.arena.mark();
      adapterBackward(call, x, dy, dx);
      call.arena.release(mark);
    }
  }

  private void adapterBackward(Call call, Matrix x, Matrix dy, Matrix dx) {
    Kernels kernels = call.kernels;
    Arena arena = call.arena;
    Matrix a = adapter.a.value();
    Matrix dropped = dropped(call, x);
    Matrix low = arena.take(x.rows(), a.rows());
    Matrix dlow = arena.take(x.rows(), a.rows());
    kernels.timesTransposed(dropped, a, 1, 0, low);
    kernels.addTransposedTimes(dy, low, adapter.scale, adapter.b.gradient());
    kernels.times(dy, adapter.b.value(), adapter.scale, 0, dlow);
    kernels.addTransposedTimes(dlow, dropped, 1, adapter.a.gradient());
    if (dx == null) {
      return;
    }
    Dropout dropout = call.pass.dropout(adapter.dropout, adapter.site);
    if (dropout == null) {
      kernels.times(dlow, a, 1, 1, dx);
    } else {
      Matrix ddropped = arena.take(x.rows(), x.cols());
      kernels.times(dlow, a, 1, 0, ddropped);
      kernels.addDropout(ddropped, dropout, call.rows, dx);
    }
  }
}
