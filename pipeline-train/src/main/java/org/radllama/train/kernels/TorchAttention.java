package org.radllama.train.kernels;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.radllama.train.kernels.Kernels.AttentionState;

/**
 * Causal attention by libtorch. Examples lie side by side (examples, longest), padded at the end,
 * which causality hides. By flash attention (Dao, arXiv 2307.08691) where libtorch has it for the
 * device and the type, else by products of whole matrices of scores. Both keep the logs of the
 * softmax denominators, so that the backward pass does not compute the forward pass again.
 */
@SuppressWarnings("try") // a scope is only there to be closed
final class TorchAttention implements AutoCloseable {
  private static final long FLASH = 1;
  private static final long CUDNN = 3;

  /** What flash attention on a GPU asks of the size of a head. */
  private static final int HEAD_ALIGN = 8;

  /** Scores that the way by whole matrices holds at once, about: 1 GiB, and as much again twice. */
  static final long SCORES_AT_ONCE = 1 << 28;

  private final TorchDevice device;
  private final boolean fused;
  private final long scoresAtOnce;
  private final TorchKept layouts = new TorchKept(8);
  private final TorchKept masks = new TorchKept(4);
  private final TorchKept caches = new TorchKept(2);

  /**
   * Attention for one thread.
   *
   * @param fused whether to use flash attention where there is one
   * @param scoresAtOnce how many scores may be held elsewhere, but at least those of an example
   */
  TorchAttention(TorchDevice device, boolean fused, long scoresAtOnce) {
    this.device = device;
    this.fused = fused;
    this.scoresAtOnce = scoresAtOnce;
  }

  /** Operations are looked up when first needed: a build may lack those for GPUs. */
  private static final class Operations {
    private static final TorchOperation CHOICE = new TorchOperation("_fused_sdp_choice");
    private static final String NAME = "_scaled_dot_product_flash_attention";

    private static final class Cpu {
      private static final TorchOperation FORWARD = new TorchOperation(NAME + "_for_cpu");
      private static final TorchOperation BACKWARD = new TorchOperation(NAME + "_for_cpu_backward");
    }

    private static final class Gpu {
      private static final TorchOperation FORWARD = new TorchOperation(NAME);
      private static final TorchOperation BACKWARD = new TorchOperation(NAME + "_backward");
    }
  }

  /** Two packings; their arrays count by identity. */
  private record Key(Packing queries, Packing packing) {}

  /**
   * The examples side by side.
   *
   * @param rows for each padded place a packed row of keys
   * @param places for each packed row of keys its padded place
   * @param asked for each packed row of queries its padded place
   * @param asking for each padded place its packed row of queries, or the one behind the last
   */
  private record Layout(
      Tensor rows,
      Tensor places,
      Tensor asked,
      Tensor asking,
      long examples,
      long longest,
      int headSize,
      int window) {
    /** (padded rows, heads * d) as (examples, heads, longest, d). */
    Tensor heads(Tensor padded) {
      long heads = padded.size(1) / headSize;
      return padded.view(examples, longest, heads, headSize).transpose(1, 2);
    }

    /** Keys or values of each packed row, once for each query head. */
    Tensor keys(Matrix packed, long heads) {
      Tensor all = heads(TorchMatrix.tensor(packed).index_select(0, rows));
      long group = heads / all.size(1);
      return group == 1
          ? all
          : all.repeat_interleave(group, new LongOptional(1), new LongOptional());
    }

    /** (examples, heads, longest, d) of queries as packed rows. */
    Tensor queries(Tensor heads) {
      return flat(heads).index_select(0, asked);
    }

    /** A gradient by keys or values of each query head, as packed rows, summed over groups. */
    Tensor gradient(Tensor heads, int width) {
      long groups = width / headSize;
      Tensor each = heads;
      if (heads.size(1) != groups) {
        long[] grouped = {examples, groups, heads.size(1) / groups, longest, headSize};
        each = heads.reshape(grouped).sum(new long[] {2}, false, new ScalarTypeOptional());
      }
      return flat(each).index_select(0, places);
    }

    private Tensor flat(Tensor heads) {
      return heads.transpose(1, 2).reshape(examples * longest, -1);
    }
  }

  private Layout layout(AttentionState s) {
    Packing all = s.packing();
    long longest = 1;
    for (int e = 0; e < all.examples(); e++) {
      longest = Math.max(longest, all.length(e));
    }
    int width = (int) longest;
    Tensor[] t = layouts.get(new Key(s.queries(), all), () -> indices(s.queries(), all, width));
    return new Layout(t[0], t[1], t[2], t[3], all.examples(), longest, s.headSize(), s.window());
  }

  private Tensor[] indices(Packing some, Packing all, int longest) {
    long[] rows = new long[all.examples() * longest];
    long[] places = new long[all.rows()];
    long[] asked = new long[some.rows()];
    long[] asking = new long[rows.length];
    Arrays.fill(asking, asked.length);
    for (int e = 0; e < all.examples(); e++) {
      long first = (long) e * longest;
      for (int t = 0; t < all.length(e); t++) {
        rows[e * longest + t] = (long) all.starts()[e] + t;
        places[all.starts()[e] + t] = first + t;
      }
      for (int i = 0; i < some.length(e); i++) {
        int row = some.starts()[e] + i;
        asked[row] = first + some.offset()[e] - all.offset()[e] + i;
        asking[(int) asked[row]] = row;
      }
    }
    return new Tensor[] {
      device.longs(rows), device.longs(places), device.longs(asked), device.longs(asking)
    };
  }

  /** Packed rows of queries in their padded places, and another number in all others. */
  private Tensor spread(Layout layout, Tensor packed, double elsewhere) {
    Tensor other = device.empty(type(packed), 1, packed.size(1)).fill_(new Scalar(elsewhere));
    // Picked, not scattered: in a strict order, scattering takes many operations.
    return torch.cat(new TensorVector(packed, other), 0).index_select(0, layout.asking);
  }

  /** Queries, keys and values (examples, heads, longest, d). */
  private record Inputs(Tensor q, Tensor k, Tensor v) {
    long heads() {
      return q.size(1);
    }
  }

  private Inputs inputs(Layout layout, AttentionState s) {
    Tensor q = layout.heads(spread(layout, TorchMatrix.tensor(s.q()), 0));
    return new Inputs(q, layout.keys(s.k(), q.size(1)), layout.keys(s.v(), q.size(1)));
  }

  /** Flash attention knows no windows. */
  private boolean flash(Layout layout, Inputs in) {
    boolean whole = layout.window >= layout.longest;
    if (!fused || !whole || (!device.cpu() && in.q.size(3) % HEAD_ALIGN != 0)) {
      return false;
    }
    IValueVector choice = Operations.CHOICE.call(in.q, in.k, in.v, null, 0.0, true, null, false);
    long way = choice.get(0).toInt();
    return way == FLASH || way == CUDNN;
  }

  /** See {@link Kernels#attention}. */
  void forward(AttentionState s) {
    if (s.q().rows() == 0) {
      return;
    }
    try (PointerScope scope = new PointerScope()) {
      Layout layout = layout(s);
      Inputs in = inputs(layout, s);
      Tensor o;
      Tensor logSum;
      if (flash(layout, in)) {
        IValueVector made =
            device.cpu()
                ? Operations.Cpu.FORWARD.call(in.q, in.k, in.v, 0.0, true, null, null)
                : Operations.Gpu.FORWARD.call(in.q, in.k, in.v, 0.0, true, false, null);
        o = made.get(0).toTensor();
        logSum = made.get(1).toTensor();
      } else {
        Tensor[] made = inGroups(layout, in.heads(), part -> plain(layout, part.of(in)));
        o = made[0];
        logSum = made[1];
      }
      TorchMatrix.tensor(s.o()).copy_(layout.queries(o));
      TorchMatrix.tensor(s.logSum()).copy_(layout.queries(logSum.unsqueeze(-1)));
    }
  }

  private static ScalarType type(Tensor tensor) {
    return tensor.scalar_type().intern();
  }

  /**
   * (examples, heads, longest, longest) in f32, minus infinity for keys that a query must not see.
   */
  private Tensor scores(Layout layout, Inputs in) {
    Tensor scores = in.q.matmul(in.k.transpose(-2, -1)).to(ScalarType.Float);
    long n = layout.longest;
    long window = Math.min(n, layout.window);
    Tensor hidden = masks.get(List.of(n, window), () -> new Tensor[] {hidden(n, window)})[0];
    return scores
        .mul_(new Scalar(1 / Math.sqrt(layout.headSize)))
        .masked_fill_(hidden, new Scalar(Double.NEGATIVE_INFINITY));
  }

  /** Later keys, and those before the window. */
  private Tensor hidden(long n, long window) {
    Tensor all = device.zeros(ScalarType.Bool, n, n).logical_not_();
    return all.triu(1).logical_or_(all.tril(-window));
  }

  /** See {@link Kernels#attentionBackward}. */
  void backward(AttentionState s, Matrix dout, Matrix dq, Matrix dk, Matrix dv) {
    if (s.q().rows() == 0) {
      dk.zero();
      dv.zero();
      return;
    }
    try (PointerScope scope = new PointerScope()) {
      Layout layout = layout(s);
      Inputs in = inputs(layout, s);
      Tensor o = layout.heads(spread(layout, TorchMatrix.tensor(s.o()), 0));
      Tensor dy = layout.heads(spread(layout, TorchMatrix.tensor(dout), 0));
      // Infinite where there is no query: so its probabilities are 0 and not overflowing.
      long[] perHead = {layout.examples, layout.longest, in.heads()};
      Tensor logSum =
          spread(layout, TorchMatrix.tensor(s.logSum()), Double.POSITIVE_INFINITY)
              .view(perHead)
              .transpose(1, 2)
              .contiguous();
      Tensor[] made =
          flash(layout, in)
              ? flashBackward(layout, in, dy, o, logSum)
              : inGroups(
                  layout,
                  in.heads(),
                  part ->
                      plainBackward(layout, part.of(in), part.of(dy), part.of(o), part.of(logSum)));
      TorchMatrix.tensor(dq).copy_(layout.queries(made[0]));
      TorchMatrix.tensor(dk).copy_(layout.gradient(made[1], dk.cols()));
      TorchMatrix.tensor(dv).copy_(layout.gradient(made[2], dv.cols()));
    }
  }

  private Tensor[] flashBackward(Layout layout, Inputs in, Tensor dy, Tensor o, Tensor logSum) {
    IValueVector made;
    if (device.cpu()) {
      made = Operations.Cpu.BACKWARD.call(dy, in.q, in.k, in.v, o, logSum, 0.0, true, null, null);
    } else {
      Tensor none = new Tensor();
      Tensor unused = device.zeros(ScalarType.Long, 2);
      long n = layout.longest;
      made =
          Operations.Gpu.BACKWARD.call(
              dy, in.q, in.k, in.v, o, logSum, none, none, n, n, 0.0, true, unused, unused, null);
    }
    return new Tensor[] {made.get(0).toTensor(), made.get(1).toTensor(), made.get(2).toTensor()};
  }

  /** Some of the examples that lie side by side. */
  private record Part(long from, long count) {
    Tensor of(Tensor all) {
      return all.narrow(0, from, count);
    }

    Inputs of(Inputs all) {
      return new Inputs(of(all.q), of(all.k), of(all.v));
    }
  }

  private interface Work {
    Tensor[] of(Part part);
  }

  /** What work on some examples at a time makes, end to end. */
  private Tensor[] inGroups(Layout layout, long heads, Work work) {
    long each = heads * layout.longest * layout.longest;
    long step = Math.max(1, Math.min(layout.examples, scoresAtOnce / each));
    List<TensorVector> all = new ArrayList<>();
    for (long from = 0; from < layout.examples; from += step) {
      try (PointerScope scope = new PointerScope()) {
        Tensor[] made = work.of(new Part(from, Math.min(step, layout.examples - from)));
        for (int i = 0; i < made.length; i++) {
          if (from == 0) {
            all.add(new TensorVector().retainReference());
          }
          all.get(i).push_back(made[i]);
        }
      }
    }
    Tensor[] whole = all.stream().map(parts -> torch.cat(parts, 0)).toArray(Tensor[]::new);
    all.forEach(TensorVector::releaseReference);
    return whole;
  }

  private Tensor[] plain(Layout layout, Inputs in) {
    Tensor scores = scores(layout, in);
    Tensor logSum = torch.logsumexp(scores, -1);
    Tensor p = scores.sub_(logSum.unsqueeze(-1)).exp_().to(type(in.v));
    return new Tensor[] {p.matmul(in.v), logSum};
  }

  /** Gradients by queries, keys and values. */
  private Tensor[] plainBackward(Layout layout, Inputs in, Tensor dy, Tensor o, Tensor logSum) {
    Tensor p = scores(layout, in).sub_(logSum.unsqueeze(-1)).exp_();
    Tensor dv = p.to(type(in.v)).transpose(-2, -1).matmul(dy);
    Tensor dp = dy.matmul(in.v.transpose(-2, -1)).to(ScalarType.Float);
    Tensor delta = dy.mul(o).sum(new long[] {-1}, true, new ScalarTypeOptional(ScalarType.Float));
    Tensor ds = p.mul_(dp.sub_(delta)).mul_(new Scalar(1 / Math.sqrt(layout.headSize)));
    ds = ds.to(type(in.q));
    return new Tensor[] {ds.matmul(in.k), ds.transpose(-2, -1).matmul(in.q), dv};
  }

  /**
   * See {@link Kernels#cachedAttention}. The caches are laid side by side first, so that the number
   * of operations does not depend on the number of texts.
   */
  void cached(
      Matrix q, Matrix[] keys, Matrix[] values, int[] lengths, int headSize, int window, Matrix o) {
    int[] seen = Arrays.stream(lengths).map(n -> Math.min(n, window)).toArray();
    long texts = keys.length;
    long groups = keys[0].cols() / headSize;
    long[] heads = {texts, groups, q.cols() / headSize / groups, headSize};
    try (PointerScope scope = new PointerScope()) {
      Tensor[] beside = caches.get(Arrays.stream(seen).boxed().toList(), () -> beside(seen));
      long[] padded = {texts, beside[1].size(1), groups, headSize};
      Tensor k = side(keys, lengths, seen, beside[0]).view(padded).transpose(1, 2);
      Tensor v = side(values, lengths, seen, beside[0]).view(padded).transpose(1, 2);
      Tensor scores =
          TorchMatrix.of(q)
              .view(heads)
              .matmul(k.transpose(2, 3))
              .to(ScalarType.Float)
              .mul_(new Scalar(1 / Math.sqrt(headSize)))
              .masked_fill_(
                  beside[1].unsqueeze(1).unsqueeze(1), new Scalar(Double.NEGATIVE_INFINITY));
      TorchMatrix.of(o).view(heads).copy_(torch.softmax(scores, -1).to(type(v)).matmul(v));
    }
  }

  /** The last rows that each text sees of its cache, as many for each as the longest has. */
  private static Tensor side(Matrix[] caches, int[] lengths, int[] seen, Tensor rows) {
    TensorVector filled = new TensorVector();
    for (int i = 0; i < caches.length; i++) {
      filled.push_back(TorchMatrix.tensor(caches[i].rows(lengths[i] - seen[i], seen[i])));
    }
    return torch.cat(filled, 0).index_select(0, rows);
  }

  /** For each place side by side a row of all caches end to end; and what only fills up. */
  private Tensor[] beside(int[] lengths) {
    int longest = Arrays.stream(lengths).max().orElse(0);
    long[] rows = new long[lengths.length * longest];
    long[] fills = new long[rows.length];
    long first = 0;
    for (int i = 0; i < lengths.length; i++) {
      for (int t = 0; t < longest; t++) {
        rows[i * longest + t] = first + Math.min(t, lengths[i] - 1);
        fills[i * longest + t] = t < lengths[i] ? 0 : 1;
      }
      first += lengths[i];
    }
    Tensor fill = device.longs(fills).view(lengths.length, longest).to(ScalarType.Bool);
    return new Tensor[] {device.longs(rows), fill};
  }

  @Override
  public void close() {
    layouts.close();
    masks.close();
    caches.close();
  }
}
