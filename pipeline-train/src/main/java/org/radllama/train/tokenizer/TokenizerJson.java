package org.radllama.train.tokenizer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.run.Json;

/**
 * Writes a trained vocabulary as Hugging Face's files, from templates of the same names: {@code
 * tokenizer.json} with the normaliser (a blank before the text, every blank as U+2581), the decoder
 * (which takes that one blank away again) and the post-processor (a begin token before every
 * sequence) of Llama 2's, and the two small files that transformers' {@code AutoTokenizer} asks
 * for. They name the plain class, which takes tokenizer.json as it is instead of building its own
 * parts.
 */
public final class TokenizerJson {
  private TokenizerJson() {}

  /** Writes the three files into a directory, replacing what is there. */
  public static void write(FileSystem fs, Path dir, BpeVocabulary vocabulary) throws IOException {
    fs.mkdirs(dir);
    ObjectNode tokenizer = template("tokenizer.json");
    fill((ObjectNode) tokenizer.path("model"), vocabulary);
    Json.write(fs, new Path(dir, "tokenizer.json"), tokenizer);
    for (String small : List.of("tokenizer_config.json", "special_tokens_map.json")) {
      Json.write(fs, new Path(dir, small), template(small));
    }
  }

  private static ObjectNode template(String name) {
    return Json.shipped(TokenizerJson.class, name, ObjectNode.class);
  }

  private static void fill(ObjectNode model, BpeVocabulary vocabulary) {
    ObjectNode ids = model.putObject("vocab");
    List<String> tokens = vocabulary.tokens();
    for (int id = 0; id < tokens.size(); id++) {
      ids.put(tokens.get(id), id);
    }
    ArrayNode merges = model.putArray("merges");
    vocabulary.merges().forEach(m -> merges.add(m.left() + " " + m.right()));
  }
}
