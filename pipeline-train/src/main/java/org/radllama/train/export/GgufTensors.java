package org.radllama.train.export;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.radllama.train.checkpoint.GgufNames;
import org.radllama.train.checkpoint.HeadRows;
import org.radllama.train.engine.Adaptation;
import org.radllama.train.gguf.GgufTensor;
import org.radllama.train.gguf.GgufType;
import org.radllama.train.llama.LlamaConfig;
import org.radllama.train.llama.LlamaWeights;
import org.radllama.train.safetensors.FloatTensor;

/**
 * A model's weights as GGUF has them: other names, and of a Llama the rows of the query and key
 * projections in another order.
 *
 * @param type of the matrices, as far as their rows are whole blocks of it; else F16; vectors F32
 */
record GgufTensors(LlamaConfig config, GgufType type) {
  /** All tensors, in the weights' order; the output head is left out when it is the embedding. */
  List<GgufTensor> of(List<FloatTensor> weights) {
    List<GgufTensor> tensors = new ArrayList<>();
    if (config.rope().scaling() != null) {
      tensors.add(ropeFactors());
    }
    weights.forEach(w -> tensors.add(of(w)));
    return tensors;
  }

  private GgufTensor of(FloatTensor weight) {
    GgufType fits =
        weight.shape().size() == 1
            ? GgufType.F32
            : type.fits(weight.shape().get(1)) ? type : GgufType.F16;
    return new GgufTensor(
        GgufNames.of(weight.name()), fits, weight.shape(), rows(weight.name(), weight));
  }

  /** The rows of a weight, or of what is added to it, in llama.cpp's order. */
  private FloatTensor.Source rows(String weight, FloatTensor matrix) {
    return config.family().ggufRotatesNeighbours() && GgufNames.rotated(weight)
        ? HeadRows.neighbours(
            matrix.source(),
            config.headSize(),
            Math.toIntExact(matrix.shape().get(1)),
            matrix.elements())
        : matrix.source();
  }

  /**
   * The factors of an adapter as llama.cpp adds them to a model: {@code NAME.lora_a} of shape (r,
   * in) and {@code NAME.lora_b} of shape (out, r) beside the weight NAME.
   *
   * @param factors under PEFT's names
   */
  List<GgufTensor> of(Adaptation.Lora lora, List<FloatTensor> factors) {
    Map<String, FloatTensor> byName = new HashMap<>();
    factors.forEach(factor -> byName.put(factor.name(), factor));
    List<GgufTensor> tensors = new ArrayList<>();
    for (int layer = 0; layer < config.layers(); layer++) {
      for (String target : lora.targets()) {
        String weight = LlamaWeights.projection(layer, target);
        FloatTensor a = byName.get(LlamaWeights.loraFactor(layer, target, "lora_A"));
        FloatTensor b = byName.get(LlamaWeights.loraFactor(layer, target, "lora_B"));
        tensors.add(new GgufTensor(GgufNames.of(weight) + ".lora_a", type, a.shape(), a.source()));
        tensors.add(
            new GgufTensor(GgufNames.of(weight) + ".lora_b", type, b.shape(), rows(weight, b)));
      }
    }
    return tensors;
  }

  /** What llama.cpp divides the plain frequencies by. */
  private GgufTensor ropeFactors() {
    float[] factors = new float[config.headSize() / 2];
    for (int i = 0; i < factors.length; i++) {
      factors[i] = (float) config.ropeFactor(i);
    }
    return new GgufTensor(
        GgufNames.ROPE_FACTORS,
        GgufType.F32,
        List.of((long) factors.length),
        (from, into, count) -> System.arraycopy(factors, Math.toIntExact(from), into, 0, count));
  }
}
