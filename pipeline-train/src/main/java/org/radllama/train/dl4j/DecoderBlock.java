package org.radllama.train.dl4j;

import org.radllama.train.dl4j.Linear.Call;
import org.radllama.train.dl4j.Linear.Trainable;
import org.radllama.train.kernels.Arena;
import org.radllama.train.kernels.Kernels;
import org.radllama.train.kernels.Kernels.AttentionState;
import org.radllama.train.kernels.Matrix;
import org.radllama.train.kernels.Packing;
import org.radllama.train.kernels.RotaryTable;

/**
 * One decoder block (Touvron et al., arXiv 2302.13971, section 2.2):
 *
 * <pre>
 * m = x + attention(rope(q(norm(x))), rope(k(norm(x))), v(norm(x))) o     x (N, hidden)
 * y = m + down(silu(gate(norm(m))) * up(norm(m)))                         m, y (M, hidden)
 * </pre>
 *
 * with what other families of models put between: see {@link Linear} and {@link RotatedHeads}.
 *
 * <p>M is N but in the last block, where only the wanted rows have a use: the others pass on
 * nothing but their keys and values.
 */
record DecoderBlock(
    Shape shape,
    Trainable attentionGain,
    Trainable feedForwardGain,
    RotatedHeads q,
    RotatedHeads k,
    Linear v,
    Linear o,
    Linear gate,
    Linear up,
    Linear down) {

  /**
   * What the block needs to know beside its weights.
   *
   * @param window how many keys a query sees at most
   * @param last whether nobody but the loss sees its output
   */
  record Shape(int headSize, double eps, int window, boolean last) {}

  /** What attention made, and what stands before it. */
  record Attended(AttentionState state, RotatedHeads.Kept queries, RotatedHeads.Kept keys) {}

  /**
   * Everything between input and output that the backward pass needs.
   *
   * @param queryInput the rows of {@code norm1} that have queries (M, hidden)
   */
  record Inside(
      Matrix inverse1,
      Matrix norm1,
      Matrix queryInput,
      Attended attention,
      Matrix residual,
      Matrix inverse2,
      Matrix norm2,
      Matrix gate,
      Matrix up,
      Matrix activated) {}

  /** Tools of one thread. */
  record Tools(Kernels kernels, Arena arena, RotaryTable rotary) {}

  /** Whether only select rows leave the block. */
  private boolean partial(Pass pass) {
    return shape.last && pass.partial();
  }

  private Packing out(Pass pass) {
    return partial(pass) ? pass.wanted() : pass.packing();
  }

  /** Number of rows that leave the block, M. */
  int rowsOut(Pass pass) {
    return out(pass).rows();
  }

  /**
   * The forward pass.
   *
   * @param cache receives and supplies keys and values when continuing texts, or null
   * @param x (N, hidden)
   * @param y the output (M, hidden), or null when only the inside is wanted again
   * @return the inside, in the arena until its mark is released
   */
  Inside forward(Pass pass, Tools t, LayerKvCache cache, Matrix x, Matrix y) {
    Kernels kernels = t.kernels();
    Arena arena = t.arena();
    int m = rowsOut(pass);
    int hidden = x.cols();
    Matrix inverse1 = arena.takeExact(x.rows(), 1);
    Matrix norm1 = arena.take(x.rows(), hidden);
    kernels.rmsNorm(x, attentionGain.value(), shape.eps, norm1, inverse1);
    Matrix queryInput = select(pass, t, norm1);
    Attended attention = attend(pass, t, cache, norm1, queryInput);

    Call call = new Call(pass, kernels, arena, out(pass));
    Matrix residual = arena.take(m, hidden);
    o.forward(call, attention.state.o(), residual);
    kernels.add(select(pass, t, x), residual);

    Matrix inverse2 = arena.takeExact(m, 1);
    Matrix norm2 = arena.take(m, hidden);
    kernels.rmsNorm(residual, feedForwardGain.value(), shape.eps, norm2, inverse2);
    Matrix gateOut = arena.take(m, gate.out());
    Matrix upOut = arena.take(m, gate.out());
    Matrix activated = arena.take(m, gate.out());
    gate.forward(call, norm2, gateOut);
    up.forward(call, norm2, upOut);
    kernels.swiglu(gateOut, upOut, activated);
    if (y != null) {
      down.forward(call, activated, y);
      kernels.add(residual, y);
    }
    return new Inside(
        inverse1,
        norm1,
        queryInput,
        attention,
        residual,
        inverse2,
        norm2,
        gateOut,
        upOut,
        activated);
  }

  /** The rows of a matrix (N, cols) that leave the block, (M, cols). */
  private Matrix select(Pass pass, Tools t, Matrix all) {
    if (!partial(pass)) {
      return all;
    }
    Matrix select = t.arena().take(pass.wanted().rows(), all.cols());
    t.kernels().gather(all, pass.wantedRows(), select);
    return select;
  }

  private Attended attend(Pass pass, Tools t, LayerKvCache cache, Matrix norm, Matrix queryInput) {
    Kernels kernels = t.kernels();
    Arena arena = t.arena();
    Matrix queries = arena.take(queryInput.rows(), q.out());
    Matrix keys = arena.take(norm.rows(), k.out());
    Matrix values = arena.take(norm.rows(), v.out());
    Matrix out = arena.take(queryInput.rows(), q.out());
    Matrix logSum = arena.takeExact(queryInput.rows(), q.heads());
    Call all = new Call(pass, kernels, arena, pass.packing());
    Call some = new Call(pass, kernels, arena, out(pass));
    RotatedHeads.Kept keptQueries = q.forward(some, t.rotary(), queryInput, queries);
    RotatedHeads.Kept keptKeys = k.forward(all, t.rotary(), norm, keys);
    v.forward(all, norm, values);
    AttentionState state =
        new AttentionState(
            queries,
            keys,
            values,
            out,
            logSum,
            shape.headSize,
            out(pass),
            pass.packing(),
            shape.window);
    look(pass, t, cache, state);
    return new Attended(state, keptQueries, keptKeys);
  }

  /** Attention over the keys and values of the pass, and over the cached ones before them. */
  private void look(Pass pass, Tools t, LayerKvCache cache, AttentionState state) {
    Kernels kernels = t.kernels();
    if (cache == null) {
      kernels.attention(state);
      return;
    }
    cache.append(kernels, pass.packing(), state.k(), state.v());
    if (pass.kind() == Pass.Kind.STEP) {
      kernels.cachedAttention(
          state.q(),
          cache.keys(),
          cache.values(),
          cache.lengths(),
          shape.headSize,
          shape.window,
          state.o());
    } else {
      kernels.attention(pass.packing().offset()[0] == 0 ? state : whole(t, cache, state));
    }
  }

  /** The same queries with the keys and values of each text from its first token on. */
  private static AttentionState whole(Tools t, LayerKvCache cache, AttentionState s) {
    Packing whole = cache.whole();
    Matrix keys = t.arena().take(whole.rows(), s.k().cols());
    Matrix values = t.arena().take(whole.rows(), s.v().cols());
    LayerKvCache.lay(t.kernels(), cache.keys(), whole, keys);
    LayerKvCache.lay(t.kernels(), cache.values(), whole, values);
    return new AttentionState(
        s.q(), keys, values, s.o(), s.logSum(), s.headSize(), s.queries(), whole, s.window());
  }

  /**
   * The backward pass. Destroys {@code in.gate} and {@code in.up}.
   *
   * @param dy (M, hidden)
   * @param dx receives the gradient by x (N, hidden); it must not be {@code dy}
   * @param needed whether anything before this block wants {@code dx}
   */
  void backward(Pass pass, Tools t, Matrix x, Inside in, Matrix dy, Matrix dx, boolean needed) {
    Kernels kernels = t.kernels();
    Arena arena = t.arena();
    int m = dy.rows();
    Call call = new Call(pass, kernels, arena, out(pass));
    Matrix dresidual = partial(pass) ? arena.take(m, x.cols()) : dx;
    dresidual.copyFrom(dy);

    Matrix dactivated = arena.take(m, down.in());
    down.backward(call, in.activated, dy, dactivated, 0);
    kernels.swigluBackward(in.gate, in.up, dactivated);
    Matrix dnorm = arena.take(m, x.cols());
    gate.backward(call, in.norm2, in.gate, dnorm, 0);
    up.backward(call, in.norm2, in.up, dnorm, 1);
    kernels.rmsNormBackward(
        in.residual,
        feedForwardGain.value(),
        in.inverse2,
        dnorm,
        dresidual,
        feedForwardGain.gradient());

    Matrix dout = arena.take(m, o.in());
    o.backward(call, in.attention.state.o(), dresidual, dout, 0);
    Matrix dnorm1 = needed ? arena.take(x.rows(), x.cols()) : null;
    attentionBackward(pass, t, in, dout, dnorm1);
    if (needed) {
      if (partial(pass)) {
        dx.zero();
        kernels.scatterAdd(dresidual, pass.wantedRows(), dx);
      }
      kernels.rmsNormBackward(
          x, attentionGain.value(), in.inverse1, dnorm1, dx, attentionGain.gradient());
    }
  }

  /**
   * From the attention's output back to the first norm.
   *
   * @param dnorm receives the gradient by {@code norm1} (N, hidden), unless it is null
   */
  private void attentionBackward(Pass pass, Tools t, Inside in, Matrix dout, Matrix dnorm) {
    Kernels kernels = t.kernels();
    Arena arena = t.arena();
    int n = in.norm1.rows();
    Matrix dq = arena.take(dout.rows(), q.out());
    Matrix dk = arena.take(n, k.out());
    Matrix dv = arena.take(n, v.out());
    Attended attention = in.attention;
    kernels.attentionBackward(attention.state, dout, dq, dk, dv);
    Call all = new Call(pass, kernels, arena, pass.packing());
    k.backward(all, t.rotary(), in.norm1, attention.keys, dk, dnorm, 0);
    v.backward(all, in.norm1, dv, dnorm, 1);
    Call call = new Call(pass, kernels, arena, out(pass));
    if (dnorm == null || !partial(pass)) {
      q.backward(call, t.rotary(), in.queryInput, attention.queries, dq, dnorm, 1);
    } else {
      Matrix dqueryInput = arena.take(dout.rows(), dnorm.cols());
      q.backward(call, t.rotary(), in.queryInput, attention.queries, dq, dqueryInput, 0);
      kernels.scatterAdd(dqueryInput, pass.wantedRows(), dnorm);
    }
  }
}
