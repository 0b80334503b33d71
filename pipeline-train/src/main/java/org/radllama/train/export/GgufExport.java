package org.radllama.train.export;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.train.gguf.GgufMetadata;
import org.radllama.train.gguf.GgufType;
import org.radllama.train.gguf.GgufWriter;
import org.radllama.train.llama.LlamaConfig;
import org.radllama.train.safetensors.FloatTensor;
import org.radllama.train.tokenizer.Vocabulary;
import org.radllama.train.tokenizer.Vocabulary.Rule;
import org.radllama.train.tokenizer.Vocabulary.Token;

/**
 * A whole model as one GGUF file of its family's architecture, as llama.cpp reads it and its {@code
 * convert_hf_to_gguf.py} writes it.
 *
 * @param title the model's name, for people
 * @param type of the matrices: F16, Q8_0 or BF16
 * @param chatTemplate {@code tokenizer.chat_template}, if the model has one
 * @param bos id of the token that was put in front of a text, or {@link LlamaConfig#NONE}
 * @param eos id of the token that ends one
 */
public record GgufExport(
    String title,
    LlamaConfig config,
    Vocabulary vocabulary,
    GgufType type,
    Optional<String> chatTemplate,
    int bos,
    int eos) {
  /** The version of the quantised formats, {@code GGML_QNT_VERSION}. */
  private static final int QUANTIZATION_VERSION = 2;

  /** A model without a chat template, whose texts begin and end as its vocabulary says. */
  public GgufExport(String title, LlamaConfig config, Vocabulary vocabulary, GgufType type) {
    this(title, config, vocabulary, type, Optional.empty(), vocabulary.bos(), vocabulary.eos());
  }

  /**
   * Writes the file, replacing what is there.
   *
   * @param weights the model's weights under Hugging Face's names; their dtypes do not matter
   */
  public void write(FileSystem fs, Path file, List<FloatTensor> weights) throws IOException {
    GgufMetadata metadata = new GgufMetadata();
    general(metadata);
    shape(metadata);
    tokenizer(metadata);
    GgufWriter.write(fs, file, metadata, new GgufTensors(config, type).of(weights));
  }

  private void general(GgufMetadata metadata) {
    metadata
        .string("general.architecture", config.family().ggufName())
        .string("general.type", "model")
        .string("general.name", title)
        .uint32("general.file_type", fileType())
        .uint32("general.quantization_version", QUANTIZATION_VERSION);
  }

  /** {@code LLAMA_FTYPE_MOSTLY_F16}, {@code _Q8_0} or {@code _BF16}. */
  private int fileType() {
    return switch (type) {
      case F32 -> 0;
      case F16 -> 1;
      case Q8_0 -> 7;
      case BF16 -> 32;
      default -> throw new IllegalArgumentException("not a type to write: " + type);
    };
  }

  private void shape(GgufMetadata metadata) {
    metadata
        .uint32(key("vocab_size"), config.vocabularySize())
        // llama.cpp has no window in these architectures: up to its length none is needed.
        .uint32(key("context_length"), config.wholeAttention())
        .uint32(key("embedding_length"), config.hiddenSize())
        .uint32(key("block_count"), config.layers())
        .uint32(key("feed_forward_length"), config.intermediateSize())
        .uint32(key("attention.head_count"), config.heads())
        .uint32(key("attention.head_count_kv"), config.keyValueHeads())
        .uint32(key("attention.key_length"), config.headSize())
        .uint32(key("attention.value_length"), config.headSize())
        .float32(key("attention.layer_norm_rms_epsilon"), config.rmsNormEps())
        .uint32(key("rope.dimension_count"), config.headSize())
        .float32(key("rope.freq_base"), config.rope().theta());
  }

  private String key(String name) {
    return config.family().ggufName() + "." + name;
  }

  private void tokenizer(GgufMetadata metadata) {
    List<Token> tokens = vocabulary.padded(config.vocabularySize());
    Rule rule = vocabulary.rule();
    metadata
        .string(ggml("model"), rule == Rule.PIECES ? "llama" : "gpt2")
        .string(ggml("pre"), preTokenizer(rule))
        .strings(ggml("tokens"), tokens.stream().map(Token::text).toList())
        .int32s(ggml("token_type"), tokens.stream().map(t -> t.type().number()).toList());
    if (rule == Rule.PIECES) {
      metadata.float32s(ggml("scores"), tokens.stream().map(Token::score).toList());
    } else {
      metadata.strings(ggml("merges"), vocabulary.merges());
    }
    metadata.uint32(ggml("bos_token_id"), vocabulary.bos()).uint32(ggml("eos_token_id"), eos);
    vocabulary.unknown().ifPresent(id -> metadata.uint32(ggml("unknown_token_id"), id));
    // What training does: the begin token before every prompt, unless a chat template decides that.
    metadata
        .bool(ggml("add_bos_token"), bos != LlamaConfig.NONE)
        .bool(ggml("add_eos_token"), false)
        .bool(ggml("add_space_prefix"), vocabulary.blankInFront());
    chatTemplate.ifPresent(template -> metadata.string("tokenizer.chat_template", template));
  }

  private static String ggml(String key) {
    return "tokenizer.ggml." + key;
  }

  private static String preTokenizer(Rule rule) {
    return switch (rule) {
      case PIECES -> "default";
      case BYTES_LLAMA3 -> "llama-bpe";
      case BYTES_GPT2 -> "gpt-2";
      case BYTES_DIGITS -> "smollm";
      case BYTES_QWEN2 -> "qwen2";
    };
  }
}
