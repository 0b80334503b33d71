package org.radllama.train.tokenizer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.radllama.run.Json;
import org.radllama.train.tokenizer.Vocabulary.Token;

/** A byte-level BPE as Hugging Face's {@code tokenizer.json}. */
final class ByteLevelJson {
  private ByteLevelJson() {}

  /**
   * The file's content.
   *
   * @param tokens by id; empty and unused ones are left out
   * @param merges pairs with a blank between, the first first
   */
  static ObjectNode of(PreTokenizer rule, List<Token> tokens, List<String> merges) {
    ObjectNode root = Json.mapper().createObjectNode().put("version", "1.0");
    root.putNull("truncation").putNull("padding");
    ArrayNode added = root.putArray("added_tokens");
    rule.normalizer(root);
    rule.preTokenizer(root.putObject("pre_tokenizer"));
    root.putNull("post_processor");
    PreTokenizer.byteLevel(root.putObject("decoder"), true);
    ObjectNode model = root.putObject("model").put("type", "BPE").putNull("dropout");
    model.putNull("unk_token").putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
    model.put("fuse_unk", false).put("byte_fallback", false);
    model.put("ignore_merges", rule.wholeWords());
    ObjectNode vocabulary = model.putObject("vocab");
    for (int id = 0; id < tokens.size(); id++) {
      Token token = tokens.get(id);
      if (!token.text().isEmpty() && token.type() != Vocabulary.Type.UNUSED) {
        vocabulary.put(token.text(), id);
        add(added, token, id);
      }
    }
    ArrayNode pairs = model.putArray("merges");
    for (String merge : merges) {
      int between = merge.indexOf(' ', 1);
      pairs.addArray().add(merge.substring(0, between)).add(merge.substring(between + 1));
    }
    return root;
  }

  /** Control tokens are special; user-defined ones are found in every text. */
  private static void add(ArrayNode added, Token token, int id) {
    if (token.type() == Vocabulary.Type.NORMAL || token.type() == Vocabulary.Type.BYTE) {
      return;
    }
    added
        .addObject()
        .put("id", id)
        .put("content", token.text())
        .put("single_word", false)
        .put("lstrip", false)
        .put("rstrip", false)
        .put("normalized", false)
        .put("special", token.type() != Vocabulary.Type.USER_DEFINED);
  }
}
