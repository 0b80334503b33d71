package org.radllama.train.tokenizer;

import static org.radllama.text.Format.format;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.radllama.failure.BadInputException;
import org.radllama.run.Json;
import org.radllama.train.gguf.GgufReader;
import org.radllama.train.gguf.GgufValues;
import org.radllama.train.safetensors.BadFile;
import org.radllama.train.tokenizer.Vocabulary.Token;

/**
 * What a GGUF file says about its tokenizer, as the files that a Hugging Face directory would have:
 * {@code tokenizer.json} for a byte-level BPE ({@code gpt2}), {@code tokenizer.model} for
 * SentencePiece ({@code llama}), with {@code tokenizer_config.json} and {@code chat_template.jinja}
 * beside it. The bytes depend on the metadata alone, so that their digest is the tokenizer's.
 */
final class GgufTokenizerFiles {
  private static final String BYTE_LEVEL = "gpt2";
  private static final String PIECES = "llama";

  private final BadFile bad;
  private final GgufValues values;

  private GgufTokenizerFiles(GgufReader file) {
    this.bad = file.bad();
    this.values = file.values();
  }

  /**
   * The files by name.
   *
   * @throws BadInputException naming the key that is missing or asks for what is not done here
   */
  static Map<String, byte[]> of(GgufReader file) {
    return new GgufTokenizerFiles(file).files();
  }

  private Map<String, byte[]> files() {
    String model = values.text(ggml("model")).orElse("");
    if (!model.equals(BYTE_LEVEL) && !model.equals(PIECES)) {
      throw bad.unsupported(
          model.isEmpty()
              ? "it has no tokenizer; take the model as a Hugging Face directory"
              : "its tokenizer is %s, readable are gpt2 (byte-level BPE) and llama (SentencePiece); take the"
                  .concat(" model as a Hugging Face directory")
                  .formatted(BadFile.shown(model)));
    }
    boolean pieces = model.equals(PIECES);
    List<Token> tokens = tokens(pieces);
    Map<String, byte[]> files = new TreeMap<>();
    if (pieces) {
      files.put(TokenizerFiles.MODEL, sentencePiece(tokens));
    } else {
      files.put(TokenizerFiles.JSON, byteLevel(tokens));
    }
    files.put("tokenizer_config.json", utf8(Json.text(config(tokens, pieces))));
    values
        .text("tokenizer.chat_template")
        .ifPresent(template -> files.put("chat_template.jinja", utf8(template)));
    return files;
  }

  private static String ggml(String key) {
    return "tokenizer.ggml." + key;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** By id; an empty text stands for no token. */
  private List<Token> tokens(boolean pieces) {
    List<String> texts = values.texts(ggml("tokens"));
    long[] types = values.wholes(ggml("token_type"));
    float[] scores = values.numbers(ggml("scores"));
    if (texts.isEmpty()) {
      throw bad.because(ggml("tokens") + " is missing");
    }
    requireEach(texts, types.length, "token_type");
    if (pieces) {
      requireEach(texts, scores.length, "scores");
    }
    Set<String> seen = new HashSet<>();
    List<Token> tokens = new ArrayList<>();
    for (int id = 0; id < texts.size(); id++) {
      long type = types[id];
      if (type < 1 || type > Vocabulary.Type.values().length) {
        throw bad.because(format("token %d has the type %d", id, type));
      }
      String text = texts.get(id);
      if (!text.isEmpty() && !seen.add(text)) {
        throw bad.because(format("token %d is the same as one before", id));
      }
      tokens.add(
          new Token(text, pieces ? scores[id] : 0, Vocabulary.Type.values()[(int) type - 1]));
    }
    return tokens;
  }

  private void requireEach(List<String> texts, int found, String key) {
    if (texts.size() != found) {
      throw bad.because(format("%s has %d elements for %d tokens", ggml(key), found, texts.size()));
    }
  }

  private Optional<Integer> id(String which, List<Token> tokens) {
    Optional<Integer> id = values.whole(ggml(which + "_token_id"));
    if (id.isPresent() && (id.get() >= tokens.size() || tokens.get(id.get()).text().isEmpty())) {
      throw bad.because(format("%s is %d, which is no token", ggml(which + "_token_id"), id.get()));
    }
    return id;
  }

  private int id(String which, List<Token> tokens, boolean pieces, int otherwise) {
    Optional<Integer> id = id(which, tokens);
    if (id.isEmpty() && !(pieces && otherwise < tokens.size())) {
      throw bad.because(ggml(which + "_token_id") + " is missing");
    }
    return id.orElse(otherwise);
  }

  /** What a Llama 2 without the ids means by them: llama.cpp's defaults. */
  private int begin(List<Token> tokens, boolean pieces) {
    return id("bos", tokens, pieces, 1);
  }

  private int end(List<Token> tokens, boolean pieces) {
    return id("eos", tokens, pieces, 2);
  }

  private ObjectNode config(List<Token> tokens, boolean pieces) {
    ObjectNode node = Json.mapper().createObjectNode();
    values.flag(ggml("add_bos_token")).ifPresent(add -> node.put("add_bos_token", add));
    values.flag(ggml("add_eos_token")).ifPresent(add -> node.put("add_eos_token", add));
    node.put("bos_token", tokens.get(begin(tokens, pieces)).text());
    node.put("clean_up_tokenization_spaces", false);
    node.put("eos_token", tokens.get(end(tokens, pieces)).text());
    id("padding", tokens).ifPresent(id -> node.put("pad_token", tokens.get(id).text()));
    node.put("tokenizer_class", pieces ? "LlamaTokenizer" : "PreTrainedTokenizerFast");
    id("unknown", tokens).ifPresent(id -> node.put("unk_token", tokens.get(id).text()));
    return node;
  }

  private byte[] byteLevel(List<Token> tokens) {
    String pre = values.text(ggml("pre")).orElse("default");
    PreTokenizer rule =
        PreTokenizer.of(pre)
            .orElseThrow(
                () ->
                    bad.unsupported(
                        "%s is %s, readable are %s; take the model as a Hugging Face directory"
                            .formatted(ggml("pre"), BadFile.shown(pre), PreTokenizer.labels())));
    List<String> merges = values.texts(ggml("merges"));
    for (int i = 0; i < merges.size(); i++) {
      if (merges.get(i).indexOf(' ', 1) < 0) {
        throw bad.because(format("merge %d is not a pair", i));
      }
    }
    return utf8(Json.text(ByteLevelJson.of(rule, tokens, merges)));
  }

  private byte[] sentencePiece(List<Token> tokens) {
    if (values.has(ggml("precompiled_charsmap"))) {
      throw bad.unsupported(
          "its tokenizer has rules of normalisation, which are not supported; take the model as a"
              + " Hugging Face directory");
    }
    int last = tokens.size();
    while (last > 0 && tokens.get(last - 1).type() == Vocabulary.Type.UNUSED) {
      // Rows of the embedding that stand for nothing.
      last--;
    }
    return new SentencePieceWriter(
            tokens.subList(0, last),
            values.flag(ggml("add_space_prefix")).orElse(true),
            values.flag(ggml("remove_extra_whitespaces")).orElse(false))
        .bytes(begin(tokens, true), end(tokens, true));
  }
}
