package org.radllama.train.kernels;

import java.util.Arrays;
import java.util.Objects;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The kernels as libtorch's operations. Intermediates may be held as bf16; factors of norms,
 * softmax, loss and the trained weights stay f32.
 */
@SuppressWarnings("try") // a scope is only there to be closed
final class TorchKernels implements Kernels {
  private static final long[] OVER_ROWS = {0};
  private static final long[] OVER_COLUMNS = {1};
  private static final ScalarTypeOptional SAME_TYPE = new ScalarTypeOptional().retainReference();

  private final TorchDevice device;
  private final TorchAttention attention;
  private final TorchDropout masks;
  private final TorchKept positions = new TorchKept(8);
  private final TorchKept ids = new TorchKept(8);
  private final TorchKept tables = new TorchKept(1);

  TorchKernels(TorchDevice device) {
    this(device, new TorchAttention(device, true, TorchAttention.SCORES_AT_ONCE));
  }

  /** Kernels for one thread, with its attention. */
  TorchKernels(TorchDevice device, TorchAttention attention) {
    this.device = device;
    this.attention = attention;
    masks = new TorchDropout(device);
  }

  @Override
  public void timesTransposed(Matrix x, Matrix w, float alpha, float beta, Matrix y) {
    try (PointerScope scope = new PointerScope()) {
      product(TorchMatrix.of(x), false, TorchMatrix.of(w), true, alpha, beta, TorchMatrix.of(y));
    }
  }

  @Override
  public void eachTimesTransposed(Matrix x, Matrix w, float alpha, float beta, Matrix y) {
    timesTransposed(x, w, alpha, beta, y);
  }

  @Override
  public boolean rowsApart() {
    return false;
  }

  @Override
  public void times(Matrix x, Matrix w, float alpha, float beta, Matrix y) {
    try (PointerScope scope = new PointerScope()) {
      product(TorchMatrix.of(x), false, TorchMatrix.of(w), false, alpha, beta, TorchMatrix.of(y));
    }
  }

  @Override
  public void addTransposedTimes(Matrix a, Matrix b, float alpha, Matrix w) {
    try (PointerScope scope = new PointerScope()) {
      product(TorchMatrix.of(a), true, TorchMatrix.of(b), false, alpha, 1, TorchMatrix.of(w));
    }
  }

  /**
   * {@code c = alpha a b + beta c}, in the type that all three have, else in that of intermediates:
   * there f32 are the trained weights, and fp16 or bf16 may be the base.
   */
  private void product(
      TorchMatrix a,
      boolean turnA,
      TorchMatrix b,
      boolean turnB,
      float alpha,
      float beta,
      TorchMatrix c) {
    if (c.size() == 0) {
      return;
    }
    ScalarType type = a.type() == b.type() ? a.type() : device.activations();
    Tensor left = as(type, a);
    Tensor right = as(type, b);
    left = turnA ? left.t() : left;
    right = turnB ? right.t() : right;
    Tensor to = c.tensor();
    if (c.type() == type) {
      to.addmm_(left, right, new Scalar(beta), new Scalar(alpha));
    } else if (beta == 0) {
      to.copy_(left.mm(right).mul_(new Scalar(alpha)));
    } else {
      Tensor before = beta == 1 ? to : to.mul_(new Scalar(beta));
      before.add_(left.mm(right).to(c.type()), new Scalar(alpha));
    }
  }

  private static Tensor as(ScalarType type, TorchMatrix matrix) {
    return matrix.type() == type ? matrix.tensor() : matrix.tensor().to(type);
  }

  private static Tensor exact(Matrix matrix) {
    return as(ScalarType.Float, TorchMatrix.of(matrix));
  }

  @Override
  public void add(Matrix x, Matrix y) {
    try (PointerScope scope = new PointerScope()) {
      TorchMatrix.tensor(y).add_(TorchMatrix.tensor(x));
    }
  }

  @Override
  public void addToRows(Matrix vector, Matrix y) {
    try (PointerScope scope = new PointerScope()) {
      TorchMatrix.tensor(y).add_(row(vector));
    }
  }

  @Override
  public void addSumOfRows(Matrix x, Matrix vector) {
    try (PointerScope scope = new PointerScope()) {
      row(vector).add_(exact(x).sum(OVER_ROWS, true, SAME_TYPE));
    }
  }

  @Override
  public void rmsNorm(Matrix x, Matrix gain, double eps, Matrix y, Matrix inverse) {
    try (PointerScope scope = new PointerScope()) {
      Tensor in = exact(x);
      Tensor factor =
          in.square().mean(OVER_COLUMNS, true, SAME_TYPE).add_(new Scalar(eps)).rsqrt_();
      TorchMatrix.tensor(inverse).copy_(factor);
      TorchMatrix.tensor(y).copy_(in.mul(factor).mul_(row(gain)));
    }
  }

  /** A vector as one row. */
  private static Tensor row(Matrix vector) {
    return TorchMatrix.of(vector).view(1, vector.size());
  }

  @Override
  public void rmsNormBackward(
      Matrix x, Matrix gain, Matrix inverse, Matrix dy, Matrix dx, Matrix dgain) {
    try (PointerScope scope = new PointerScope()) {
      Tensor in = exact(x);
      Tensor out = exact(dy);
      Tensor s = TorchMatrix.tensor(inverse);
      if (dgain != null) {
        row(dgain).add_(out.mul(in).mul_(s).sum(OVER_ROWS, true, SAME_TYPE));
      }
      // dx = s (g dy - x s^2 mean(g dy x))
      Tensor weighted = out.mul(row(gain));
      Tensor mean = weighted.mul(in).mean(OVER_COLUMNS, true, SAME_TYPE).mul_(s).mul_(s);
      TorchMatrix.tensor(dx).add_(weighted.sub_(in.mul(mean)).mul_(s));
    }
  }

  @Override
  public void rotate(Matrix x, int heads, RotaryTable table, Packing packing, boolean back) {
    if (x.rows() == 0) {
      return;
    }
    try (PointerScope scope = new PointerScope()) {
      int half = table.half();
      Tensor[] angles = tables.get(table, () -> angles(table));
      Tensor at = positions.get(packing, () -> new Tensor[] {positions(packing)})[0];
      Tensor c = angles[0].index_select(0, at).unsqueeze(1);
      Tensor s = angles[1].index_select(0, at).unsqueeze(1);
      s = back ? s.neg() : s;
      Tensor whole = TorchMatrix.of(x).view(x.rows(), heads, 2L * half);
      Tensor a = whole.narrow(2, 0, half);
      Tensor b = whole.narrow(2, half, half);
      Tensor first = a.mul(c).sub_(b.mul(s));
      b.copy_(b.mul(c).add_(a.mul(s)));
      a.copy_(first);
    }
  }

  private Tensor[] angles(RotaryTable table) {
    return new Tensor[] {half(table, true), half(table, false)};
  }

  private Tensor half(RotaryTable table, boolean cosines) {
    FloatPointer doubled = new FloatPointer(table.doubled(cosines));
    Tensor host = torch.from_blob(doubled, table.positions(), 2L * table.half());
    return device.floats(host.narrow(1, 0, table.half()));
  }

  private Tensor positions(Packing packing) {
    long[] values = new long[packing.rows()];
    packing.eachRow((example, position, row) -> values[row] = position);
    return device.longs(values);
  }

  @Override
  public void attention(AttentionState state) {
    attention.forward(state);
  }

  @Override
  public void attentionBackward(
      AttentionState state, Matrix dout, Matrix dq, Matrix dk, Matrix dv) {
    attention.backward(state, dout, dq, dk, dv);
  }

  @Override
  public void cachedAttention(
      Matrix q, Matrix[] keys, Matrix[] values, int[] lengths, int headSize, int window, Matrix o) {
    attention.cached(q, keys, values, lengths, headSize, window, o);
  }

  @Override
  public void swiglu(Matrix gate, Matrix up, Matrix y) {
    try (PointerScope scope = new PointerScope()) {
      torch.silu_out(TorchMatrix.tensor(y), TorchMatrix.tensor(gate)).mul_(TorchMatrix.tensor(up));
    }
  }

  @Override
  public void swigluBackward(Matrix gate, Matrix up, Matrix dy) {
    try (PointerScope scope = new PointerScope()) {
      Tensor g = TorchMatrix.tensor(gate);
      Tensor u = TorchMatrix.tensor(up);
      Tensor dup = torch.silu(g).mul_(TorchMatrix.tensor(dy));
      Tensor dgate = torch.silu_backward(TorchMatrix.tensor(dy).mul(u), g);
      g.copy_(dgate);
      u.copy_(dup);
    }
  }

  @Override
  public void dropout(Matrix x, Dropout dropout, Packing packing, Matrix y) {
    try (PointerScope scope = new PointerScope()) {
      TorchMatrix.tensor(y).copy_(masks.apply(TorchMatrix.tensor(x), dropout, packing));
    }
  }

  @Override
  public void addDropout(Matrix dy, Dropout dropout, Packing packing, Matrix dx) {
    try (PointerScope scope = new PointerScope()) {
      TorchMatrix.tensor(dx).add_(masks.apply(TorchMatrix.tensor(dy), dropout, packing));
    }
  }

  @Override
  public void gather(Matrix table, int[] rows, Matrix y) {
    if (rows.length > 0) {
      try (PointerScope scope = new PointerScope()) {
        Tensor picked = TorchMatrix.tensor(table).index_select(0, indices(rows, table.rows()));
        TorchMatrix.tensor(y.rows(0, rows.length)).copy_(picked);
      }
    }
  }

  @Override
  public void scatterAdd(Matrix dy, int[] rows, Matrix dtable) {
    if (rows.length > 0) {
      try (PointerScope scope = new PointerScope()) {
        Tensor part = as(TorchMatrix.of(dtable).type(), TorchMatrix.of(dy.rows(0, rows.length)));
        TorchMatrix.tensor(dtable).index_add_(0, indices(rows, dtable.rows()), part);
      }
    }
  }

  /** Checked indices on the device, known by the array they came in. */
  private Tensor indices(int[] rows, int bound) {
    return ids.get(new Indices(rows, bound), () -> new Tensor[] {checked(rows, bound)})[0];
  }

  private record Indices(int[] rows, int bound) {}

  private Tensor checked(int[] rows, int bound) {
    long[] longs = new long[rows.length];
    for (int i = 0; i < rows.length; i++) {
      longs[i] = Objects.checkIndex(rows[i], bound);
    }
    return device.longs(longs);
  }

  @Override
  public double crossEntropy(Matrix logits, int[] targets, boolean gradient) {
    if (targets.length == 0) {
      return 0;
    }
    try (PointerScope scope = new PointerScope()) {
      TorchMatrix some = TorchMatrix.of(logits.rows(0, targets.length));
      Tensor at = checked(targets, logits.cols()).unsqueeze(1);
      Tensor in = exact(some);
      Tensor logSum = torch.logsumexp(in, OVER_COLUMNS, true);
      Tensor picked = in.gather(1, at);
      double loss =
          logSum.to(ScalarType.Double).sub_(picked.to(ScalarType.Double)).sum().item_double();
      if (gradient) {
        Tensor slope = in.sub(logSum).exp_();
        Tensor one = device.zeros(ScalarType.Float, targets.length, 1).sub_(new Scalar(1f));
        slope.scatter_add_(1, at, one);
        some.tensor().copy_(slope);
      }
      return loss;
    }
  }

  @Override
  public void split(Matrix from, Matrix[] into) {
    try (PointerScope scope = new PointerScope()) {
      long[] rows = Arrays.stream(into).mapToLong(Matrix::rows).toArray();
      torch.split_with_sizes_copy_out(tensors(into), TorchMatrix.tensor(from), rows, 0);
    }
  }

  @Override
  public void join(Matrix[] from, Matrix into) {
    try (PointerScope scope = new PointerScope()) {
      torch.cat_out(TorchMatrix.tensor(into), tensors(from), 0);
    }
  }

  private static TensorVector tensors(Matrix[] matrices) {
    return new TensorVector(
        Arrays.stream(matrices).map(TorchMatrix::tensor).toArray(Tensor[]::new));
  }

  @Override
  public int logitsAtOnce() {
    return device.cpu() ? LOGITS_ON_HOST : LOGITS_ON_GPU;
  }

  @Override
  public void close() {
    attention.close();
    masks.close();
    positions.close();
    ids.close();
    tables.close();
  }
}
