package org.radllama.train.engine;

import java.io.Serializable;
import java.util.List;

/** Which numbers of the model are trained. */
public sealed interface Adaptation extends Serializable {

  /** Every weight of the model. */
  record Full() implements Adaptation {}

  /**
   * Low-rank adapters (Hu et al., arXiv 2106.09685): {@code y = W x + scale * B A dropout(x)}.
   *
   * @param rank r, at least 1
   * @param alpha the scale's numerator: alpha / r, or alpha / sqrt(r) with {@code rankStabilised}
   * @param dropout probability in [0, 1) of dropping an input of A
   * @param targets projections adapted, of q_proj k_proj v_proj o_proj gate_proj up_proj down_proj
   * @param rankStabilised rsLoRA's scale (arXiv 2312.03732)
   */
  record Lora(int rank, double alpha, double dropout, List<String> targets, boolean rankStabilised)
      implements Adaptation {
    public Lora {
      targets = List.copyOf(targets);
    }

    /** The factor on the low-rank product. */
    public double scale() {
      return rankStabilised ? alpha / Math.sqrt(rank) : alpha / rank;
    }
  }
}
