package org.radllama.train.export;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.radllama.train.gguf.GgufTensor;
import org.radllama.train.gguf.GgufType;
import org.radllama.train.llama.LlamaConfig;
import org.radllama.train.llama.LlamaWeights;
import org.radllama.train.safetensors.FloatTensor;

/**
 * A model's weights as GGUF has them: other names, and of a Llama the rows of the query and key
 * projections in another order. llama.cpp rotates neighbouring elements of its heads, Hugging Face
 * the first half with the second, so that row 2j + s of a head is row s d/2 + j of Hugging Face's.
 *
 * @param type of the matrices, as far as their rows are whole blocks of it; else F16; vectors F32
 */
record GgufTensors(LlamaConfig config, GgufType type) {
  private static final Pattern IN_BLOCK =
      Pattern.compile("model\\.layers\\.(\\d+)\\.(?:self_attn\\.|mlp\\.)?(\\w+)\\.(weight|bias)");

  private static final Map<String, String> BLOCK =
      Map.ofEntries(
          Map.entry("input_layernorm", "attn_norm"),
          Map.entry("q_proj", "attn_q"),
          Map.entry("k_proj", "attn_k"),
          Map.entry("v_proj", "attn_v"),
          Map.entry("o_proj", "attn_output"),
          Map.entry("q_norm", "attn_q_norm"),
          Map.entry("k_norm", "attn_k_norm"),
          Map.entry("post_attention_layernorm", "ffn_norm"),
          Map.entry("gate_proj", "ffn_gate"),
          Map.entry("up_proj", "ffn_up"),
          Map.entry("down_proj", "ffn_down"));

  private static final Map<String, String> OUTSIDE =
      Map.of(
          LlamaWeights.EMBEDDING, "token_embd.weight",
          LlamaWeights.FINAL_NORM, "output_norm.weight",
          LlamaWeights.HEAD, "output.weight");

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
    return new GgufTensor(name(weight.name()), fits, weight.shape(), source(weight));
  }

  private static String name(String huggingFace) {
    Matcher block = IN_BLOCK.matcher(huggingFace);
    if (block.matches()) {
      String part = BLOCK.get(block.group(2));
      return "blk.%s.%s.%s".formatted(block.group(1), part, block.group(3));
    }
    return OUTSIDE.get(huggingFace);
  }

  private FloatTensor.Source source(FloatTensor weight) {
    boolean rotated =
        config.family().ggufRotatesNeighbours()
            && (weight.name().endsWith(".q_proj.weight")
                || weight.name().endsWith(".k_proj.weight"));
    return rotated
        ? new InterleavedRows(
            weight.source(),
            config.headSize(),
            Math.toIntExact(weight.shape().get(1)),
            weight.elements())
        : weight.source();
  }

  /** What llama.cpp divides the plain frequencies by. */
  private GgufTensor ropeFactors() {
    float[] factors = new float[config.headSize() / 2];
    for (int i = 0; i < factors.length; i++) {
      factors[i] = (float) config.ropeFactor(i);
    }
    return new GgufTensor(
        "rope_freqs.weight",
        GgufType.F32,
        List.of((long) factors.length),
        (from, into, count) -> System.arraycopy(factors, Math.toIntExact(from), into, 0, count));
  }
}
