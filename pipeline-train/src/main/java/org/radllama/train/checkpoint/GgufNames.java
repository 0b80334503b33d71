package org.radllama.train.checkpoint;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.radllama.train.llama.LlamaWeights;

/** What llama.cpp calls the weights of a model. */
public final class GgufNames {
  /** The embedding, from which a reader learns the size of the vocabulary. */
  static final String EMBEDDING = "token_embd.weight";

  /** The output head; absent when it is the embedding itself. */
  static final String HEAD = "output.weight";

  /** What llama.cpp divides the plain rotary frequencies by. */
  public static final String ROPE_FACTORS = "rope_freqs.weight";

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
          LlamaWeights.EMBEDDING, EMBEDDING,
          LlamaWeights.FINAL_NORM, "output_norm.weight",
          LlamaWeights.HEAD, HEAD);

  private GgufNames() {}

  /** The name of the weight that Hugging Face calls so. */
  public static String of(String huggingFace) {
    Matcher block = IN_BLOCK.matcher(huggingFace);
    if (block.matches()) {
      String part = BLOCK.get(block.group(2));
      return "blk.%s.%s.%s".formatted(block.group(1), part, block.group(3));
    }
    return OUTSIDE.get(huggingFace);
  }

  /**
   * Whether the rows of a weight turn with the position, so that their order in a Llama is
   * llama.cpp's own.
   */
  public static boolean rotated(String huggingFace) {
    return huggingFace.endsWith(".q_proj.weight") || huggingFace.endsWith(".k_proj.weight");
  }
}
