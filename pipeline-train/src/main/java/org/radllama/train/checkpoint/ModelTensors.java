package org.radllama.train.checkpoint;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.radllama.train.llama.LlamaConfig;
import org.radllama.train.llama.LlamaWeights;

/**
 * Names and shapes of the tensors a checkpoint must have, in the model's order. Unlike the flat
 * layout of a model that is trained whole, this has no limit on the sum of their sizes.
 */
final class ModelTensors {
  private ModelTensors() {}

  static Map<String, List<Integer>> of(LlamaConfig config) {
    List<Integer> vector = List.of(config.hiddenSize());
    List<Integer> table = List.of(config.vocabularySize(), config.hiddenSize());
    Map<String, List<Integer>> tensors = new LinkedHashMap<>();
    tensors.put(LlamaWeights.EMBEDDING, table);
    for (int layer = 0; layer < config.layers(); layer++) {
      tensors.put(LlamaWeights.attentionNorm(layer), vector);
      tensors.put(LlamaWeights.feedForwardNorm(layer), vector);
      for (String name : LlamaWeights.PROJECTIONS) {
        tensors.put(
            LlamaWeights.projection(layer, name), LlamaWeights.projectionShape(config, name));
      }
    }
    tensors.put(LlamaWeights.FINAL_NORM, vector);
    if (!config.tiedEmbeddings()) {
      tensors.put(LlamaWeights.HEAD, table);
    }
    return tensors;
  }

  /** Tensors that old files carry and that say nothing the configuration does not say. */
  static boolean redundant(String name, LlamaConfig config) {
    return name.endsWith(".rotary_emb.inv_freq")
        || (config.tiedEmbeddings() && name.equals(LlamaWeights.HEAD));
  }
}
