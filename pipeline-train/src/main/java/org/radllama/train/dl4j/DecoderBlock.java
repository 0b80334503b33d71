package org.radllama.train.dl4j;

import org.radllama.train.dl4j.Linear.Trainable;
import org.radllama.train.kernels.Arena;
import org.radllama.train.kernels.Kernels;
import org.radllama.train.kernels.Kernels.AttentionState;
import org.radllama.train.kernels.Mat;
import org.radllama.train.kernels.RotaryTable;

/**
 * One decoder block (Touvron et al., arXiv 2302.13971, section 2.2):
 *
 * <pre>
 * m = x + attention(rope(q(norm(x))), rope(k(norm(x))), v(norm(x))) o     x, m, y (N, hidden)
 * y = m + down(silu(gate(norm(m))) * up(norm(m)))
 * </pre>
 */
final class DecoderBlock {
  private final Shape shape;
  private final Trainable attentionGain;
  private final Trainable feedForwardGain;
  private final Linear q;
  private final Linear k;
  private final Linear v;
  private final Linear o;
  private final Linear gate;
  private final Linear up;
  private final Linear down;

  /** What the block needs to know beside its weights. */
  record Shape(int headSize, double eps) {}

  /** Everything between input and output that the way back needs. */
  record Inside(
      Mat inverse1,
      Mat norm1,
      AttentionState attention,
      Mat middle,
      Mat inverse2,
      Mat norm2,
      Mat gate,
      Mat up,
      Mat activated) {}

  /** The projections, in the order of {@code LlamaWeights.PROJECTIONS}. */
  DecoderBlock(
      Shape shape, Trainable attentionGain, Trainable feedForwardGain, Linear... projections) {
    this.shape = shape;
    this.attentionGain = attentionGain;
    this.feedForwardGain = feedForwardGain;
    q = projections[0];
    k = projections[1];
    v = projections[2];
    o = projections[3];
    gate = projections[4];
    up = projections[5];
    down = projections[6];
  }

  /** Tools of one thread. */
  record Tools(Kernels kernels, Arena arena, RotaryTable rotary) {}

  /**
   * The way forward.
   *
   * @param cache receives and supplies keys and values when continuing texts, or null
   * @param y the output, or null when only the inside is wanted again
   * @return the inside, in the arena until its mark is released
   */
  Inside forward(Pass pass, Tools t, LayerCache cache, Mat x, Mat y) {
    Kernels kernels = t.kernels();
    Arena arena = t.arena();
    int n = x.rows();
    int hidden = x.cols();
    Mat inverse1 = arena.take(n, 1);
    Mat norm1 = arena.take(n, hidden);
    kernels.rmsNorm(x, attentionGain.value(), shape.eps, norm1, inverse1);
    AttentionState attention = attend(pass, t, cache, norm1);

    Mat middle = arena.take(n, hidden);
    o.forward(pass, kernels, arena, attention.o(), middle);
    kernels.add(x, middle);

    Mat inverse2 = arena.take(n, 1);
    Mat norm2 = arena.take(n, hidden);
    kernels.rmsNorm(middle, feedForwardGain.value(), shape.eps, norm2, inverse2);
    Mat gated = arena.take(n, gate.out());
    Mat upped = arena.take(n, gate.out());
    Mat activated = arena.take(n, gate.out());
    gate.forward(pass, kernels, arena, norm2, gated);
    up.forward(pass, kernels, arena, norm2, upped);
    kernels.swiglu(gated, upped, activated);
    if (y != null) {
      down.forward(pass, kernels, arena, activated, y);
      kernels.add(middle, y);
    }
    return new Inside(inverse1, norm1, attention, middle, inverse2, norm2, gated, upped, activated);
  }

  private AttentionState attend(Pass pass, Tools t, LayerCache cache, Mat norm) {
    Kernels kernels = t.kernels();
    Arena arena = t.arena();
    int n = norm.rows();
    int heads = q.out() / shape.headSize;
    Mat queries = arena.take(n, q.out());
    Mat keys = arena.take(n, k.out());
    Mat values = arena.take(n, v.out());
    Mat out = arena.take(n, q.out());
    Mat logSum = arena.take(n, heads);
    q.forward(pass, kernels, arena, norm, queries);
    k.forward(pass, kernels, arena, norm, keys);
    v.forward(pass, kernels, arena, norm, values);
    kernels.rotate(queries, heads, t.rotary(), pass.packing());
    kernels.rotate(keys, k.out() / shape.headSize, t.rotary(), pass.packing());
    if (cache != null) {
      cache.append(pass.packing(), keys, values);
    }
    if (cache != null && cache.continuing()) {
      kernels.cachedAttention(
          queries, cache.keys(), cache.values(), cache.lengths(), shape.headSize, out);
    } else {
      kernels.attention(queries, keys, values, shape.headSize, pass.packing(), out, logSum);
    }
    return new AttentionState(queries, keys, values, out, logSum, shape.headSize, pass.packing());
  }

  /**
   * The way back. Destroys {@code in.gate} and {@code in.up}.
   *
   * @param dx receives the gradient by x; it must not be {@code dy}
   * @param needed whether anything before this block wants {@code dx}
   */
  void backward(Pass pass, Tools t, Mat x, Inside in, Mat dy, Mat dx, boolean needed) {
    Kernels kernels = t.kernels();
    Arena arena = t.arena();
    int n = x.rows();
    dx.copyFrom(dy);

    Mat dactivated = arena.take(n, down.in());
    down.backward(pass, kernels, arena, in.activated, dy, dactivated, 0);
    kernels.swigluBackward(in.gate, in.up, dactivated);
    Mat dnorm = arena.take(n, x.cols());
    gate.backward(pass, kernels, arena, in.norm2, in.gate, dnorm, 0);
    up.backward(pass, kernels, arena, in.norm2, in.up, dnorm, 1);
    kernels.rmsNormBackward(
        in.middle, feedForwardGain.value(), in.inverse2, dnorm, dx, feedForwardGain.gradient());

    Mat dout = arena.take(n, o.in());
    o.backward(pass, kernels, arena, in.attention.o(), dx, dout, 0);
    attentionBackward(pass, t, in, dout, needed ? dnorm : null);
    if (needed) {
      kernels.rmsNormBackward(
          x, attentionGain.value(), in.inverse1, dnorm, dx, attentionGain.gradient());
    }
  }

  private void attentionBackward(Pass pass, Tools t, Inside in, Mat dout, Mat dnorm) {
    Kernels kernels = t.kernels();
    Arena arena = t.arena();
    int n = dout.rows();
    Mat dq = arena.take(n, q.out());
    Mat dk = arena.take(n, k.out());
    Mat dv = arena.take(n, v.out());
    kernels.attentionBackward(in.attention, dout, dq, dk, dv);
    kernels.rotateBack(dq, q.out() / shape.headSize, t.rotary(), pass.packing());
    kernels.rotateBack(dk, k.out() / shape.headSize, t.rotary(), pass.packing());
    q.backward(pass, kernels, arena, in.norm1, dq, dnorm, 0);
    k.backward(pass, kernels, arena, in.norm1, dk, dnorm, 1);
    v.backward(pass, kernels, arena, in.norm1, dv, dnorm, 1);
  }
}
