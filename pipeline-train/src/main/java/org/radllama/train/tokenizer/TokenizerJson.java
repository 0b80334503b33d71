package org.radllama.train.tokenizer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.run.Json;

/**
 * Writes a trained vocabulary as Hugging Face's files: {@code tokenizer.json} with the normaliser,
 * the decoder and the post-processor of Llama 2's, and the two small files that transformers'
 * {@code AutoTokenizer} asks for.
 */
public final class TokenizerJson {
  private static final String BLANK = String.valueOf(WordSplitter.BLANK);

  private TokenizerJson() {}

  /** Writes the three files into a directory, replacing what is there. */
  public static void write(FileSystem fs, Path dir, BpeVocabulary vocabulary) throws IOException {
    fs.mkdirs(dir);
    Json.write(fs, new Path(dir, "tokenizer.json"), tokenizer(vocabulary));
    Json.write(fs, new Path(dir, "tokenizer_config.json"), config());
    ObjectNode special = object();
    special.put("bos_token", BpeVocabulary.BOS);
    special.put("eos_token", BpeVocabulary.EOS);
    special.put("unk_token", BpeVocabulary.UNK);
    Json.write(fs, new Path(dir, "special_tokens_map.json"), special);
  }

  private static ObjectNode tokenizer(BpeVocabulary vocabulary) {
    ObjectNode root = object();
    root.put("version", "1.0");
    root.putNull("truncation");
    root.putNull("padding");
    ArrayNode added = root.putArray("added_tokens");
    List<String> special = List.of(BpeVocabulary.UNK, BpeVocabulary.BOS, BpeVocabulary.EOS);
    special.forEach(token -> added.add(addedToken(special.indexOf(token), token)));
    root.set("normalizer", normalizer());
    root.putNull("pre_tokenizer");
    root.set("post_processor", postProcessor());
    root.set("decoder", decoder());
    root.set("model", model(vocabulary));
    return root;
  }

  private static ObjectNode addedToken(int id, String content) {
    ObjectNode node = object();
    node.put("id", id).put("content", content);
    node.put("single_word", false).put("lstrip", false).put("rstrip", false);
    return node.put("normalized", false).put("special", true);
  }

  /** A blank before the text, every blank as U+2581. */
  private static ObjectNode normalizer() {
    ObjectNode node = object().put("type", "Sequence");
    ArrayNode steps = node.putArray("normalizers");
    steps.addObject().put("type", "Prepend").put("prepend", BLANK);
    steps.add(replace(" ", BLANK));
    return node;
  }

  /** Decoding; of a text's beginning one blank is taken, the one that was put there. */
  private static ObjectNode decoder() {
    ObjectNode node = object().put("type", "Sequence");
    ArrayNode steps = node.putArray("decoders");
    steps.add(replace(BLANK, " "));
    steps.addObject().put("type", "ByteFallback");
    steps.addObject().put("type", "Fuse");
    steps.addObject().put("type", "Strip").put("content", " ").put("start", 1).put("stop", 0);
    return node;
  }

  private static ObjectNode replace(String from, String to) {
    ObjectNode node = object().put("type", "Replace");
    node.putObject("pattern").put("String", from);
    return node.put("content", to);
  }

  /** A begin token before every sequence. */
  private static ObjectNode postProcessor() {
    ObjectNode node = object().put("type", "TemplateProcessing");
    ArrayNode single = node.putArray("single");
    sequence(single, "A", 0);
    ArrayNode pair = node.putArray("pair");
    sequence(pair, "A", 0);
    sequence(pair, "B", 1);
    ObjectNode bos = node.putObject("special_tokens").putObject(BpeVocabulary.BOS);
    bos.put("id", BpeVocabulary.BOS);
    bos.putArray("ids").add(1);
    bos.putArray("tokens").add(BpeVocabulary.BOS);
    return node;
  }

  private static void sequence(ArrayNode template, String id, int type) {
    ObjectNode bos = template.addObject().putObject("SpecialToken");
    bos.put("id", BpeVocabulary.BOS).put("type_id", type);
    template.addObject().putObject("Sequence").put("id", id).put("type_id", type);
  }

  private static ObjectNode model(BpeVocabulary vocabulary) {
    ObjectNode node = object().put("type", "BPE");
    node.putNull("dropout");
    node.put("unk_token", BpeVocabulary.UNK);
    node.putNull("continuing_subword_prefix");
    node.putNull("end_of_word_suffix");
    node.put("fuse_unk", true).put("byte_fallback", true);
    ObjectNode ids = node.putObject("vocab");
    List<String> tokens = vocabulary.tokens();
    for (int id = 0; id < tokens.size(); id++) {
      ids.put(tokens.get(id), id);
    }
    ArrayNode merges = node.putArray("merges");
    vocabulary.merges().forEach(m -> merges.add(m.left() + " " + m.right()));
    return node;
  }

  /** The plain class, which takes tokenizer.json as it is instead of building its own parts. */
  private static ObjectNode config() {
    ObjectNode node = object();
    node.put("bos_token", BpeVocabulary.BOS);
    node.put("clean_up_tokenization_spaces", false);
    node.put("eos_token", BpeVocabulary.EOS);
    node.put("tokenizer_class", "PreTrainedTokenizerFast");
    return node.put("unk_token", BpeVocabulary.UNK);
  }

  private static ObjectNode object() {
    return Json.mapper().createObjectNode();
  }
}
