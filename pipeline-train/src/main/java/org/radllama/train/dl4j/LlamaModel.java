package org.radllama.train.dl4j;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.radllama.train.dl4j.Linear.Trainable;
import org.radllama.train.engine.Adaptation;
import org.radllama.train.engine.ParameterLayout;
import org.radllama.train.kernels.Matrix;
import org.radllama.train.llama.LlamaConfig;
import org.radllama.train.llama.LlamaWeights;

/**
 * A model put together from the frozen base and one flat vector of trainable numbers.
 *
 * @param embedding (vocabulary, hidden)
 * @param blocks the decoder blocks
 * @param head the last norm, the output head and the loss
 */
record LlamaModel(Trainable embedding, List<DecoderBlock> blocks, LossHead head) {

  /** Makes matrices over a flat vector, by the offset of a tensor. */
  interface Flat {
    Matrix at(int offset, int rows, int cols);
  }

  static LlamaModel of(
      LlamaConfig config, Adaptation adaptation, FrozenBase base, Flat values, Flat gradients) {
    Map<String, ParameterLayout.Slot> slots = new HashMap<>();
    LlamaWeights.layout(config, adaptation).slots().forEach(s -> slots.put(s.name(), s));
    return new Builder(config, adaptation, base, values, gradients, slots).build();
  }

  /** Whether something before the first block is trained. */
  boolean embeddingTrained() {
    return embedding.gradient() != null;
  }

  private record Builder(
      LlamaConfig config,
      Adaptation adaptation,
      FrozenBase base,
      Flat values,
      Flat gradients,
      Map<String, ParameterLayout.Slot> slots) {

    LlamaModel build() {
      List<DecoderBlock> blocks = new ArrayList<>();
      for (int layer = 0; layer < config.layers(); layer++) {
        blocks.add(block(layer));
      }
      Trainable embedding = tensor(LlamaWeights.EMBEDDING);
      Trainable table = config.tiedEmbeddings() ? embedding : tensor(LlamaWeights.HEAD);
      LossHead head = new LossHead(config.rmsNormEps(), tensor(LlamaWeights.FINAL_NORM), table);
      return new LlamaModel(embedding, blocks, head);
    }

    private DecoderBlock block(int layer) {
      return new DecoderBlock(
          new DecoderBlock.Shape(
              config.headSize(),
              config.rmsNormEps(),
              config.window(layer),
              layer == config.layers() - 1),
          tensor(LlamaWeights.attentionNorm(layer)),
          tensor(LlamaWeights.feedForwardNorm(layer)),
          heads(layer, "q_proj", LlamaWeights.queryNorm(layer)),
          heads(layer, "k_proj", LlamaWeights.keyNorm(layer)),
          projection(layer, "v_proj"),
          projection(layer, "o_proj"),
          projection(layer, "gate_proj"),
          projection(layer, "up_proj"),
          projection(layer, "down_proj"));
    }

    private RotatedHeads heads(int layer, String name, String norm) {
      Trainable gain = config.family().headNorms() ? tensor(norm) : null;
      return new RotatedHeads(
          projection(layer, name), gain, config.headSize(), config.rmsNormEps());
    }

    private Linear projection(int layer, String name) {
      Trainable weight = tensor(LlamaWeights.projection(layer, name));
      Trainable bias = config.family().biased(name) ? tensor(LlamaWeights.bias(layer, name)) : null;
      if (!(adaptation instanceof Adaptation.Lora lora) || !lora.targets().contains(name)) {
        return new Linear(weight, bias, null);
      }
      List<String> all = LlamaWeights.PROJECTIONS;
      Linear.Adapter adapter =
          new Linear.Adapter(
              tensor(LlamaWeights.loraFactor(layer, name, "lora_A")),
              tensor(LlamaWeights.loraFactor(layer, name, "lora_B")),
              (float) lora.scale(),
              lora.dropout(),
              layer * all.size() + all.indexOf(name));
      return new Linear(weight, bias, adapter);
    }

    private Trainable tensor(String name) {
      ParameterLayout.Slot slot = slots.get(name);
      if (slot == null) {
        return new Trainable(base.get(name), null);
      }
      int rows = slot.shape().size() == 1 ? 1 : slot.shape().get(0);
      int cols = slot.size() / rows;
      return new Trainable(
          values.at(slot.offset(), rows, cols), gradients.at(slot.offset(), rows, cols));
    }
  }
}
