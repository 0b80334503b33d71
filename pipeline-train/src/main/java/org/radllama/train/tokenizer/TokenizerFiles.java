package org.radllama.train.tokenizer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.ingest.run.ExitCode;
import org.radllama.ingest.run.JobFailure;
import org.radllama.ingest.run.Json;

/**
 * What a model directory says about its tokenizer.
 *
 * @param json the bytes of {@code tokenizer.json}
 * @param bos id of the begin token
 * @param eos id of the end token
 * @param size one more than the largest id
 * @param special matches any special token's text
 */
record TokenizerFiles(byte[] json, int bos, int eos, int size, Pattern special) {

  static TokenizerFiles read(FileSystem fs, Path dir) throws IOException {
    Path path = new Path(dir, "tokenizer.json");
    String shown = path.toUri().getPath();
    if (!fs.exists(path)) {
      throw JobFailure.input(
          fs.exists(new Path(dir, "tokenizer.model"))
              ? shown
                  + " is missing; make it from tokenizer.model: in Python,"
                  + " AutoTokenizer.from_pretrained(DIR, use_fast=True).save_pretrained(DIR)"
              : shown + " is missing, which a tokenizer's directory must have");
    }
    byte[] json;
    try (InputStream in = fs.open(path)) {
      json = in.readAllBytes();
    }
    try {
      return of(fs, dir, json, Json.mapper().readTree(json), shown);
    } catch (JsonProcessingException e) {
      throw new JobFailure(ExitCode.INPUT, shown + " or a file beside it is not JSON", e);
    }
  }

  private static TokenizerFiles of(
      FileSystem fs, Path dir, byte[] json, JsonNode root, String shown) throws IOException {
    Map<String, Integer> ids = new HashMap<>();
    vocabulary(root.path("model").path("vocab"), ids);
    TreeSet<String> special = new TreeSet<>();
    for (JsonNode token : root.path("added_tokens")) {
      ids.put(token.path("content").asText(), token.path("id").asInt());
      if (token.path("special").asBoolean()) {
        special.add(token.path("content").asText());
      }
    }
    int size = ids.values().stream().mapToInt(Integer::intValue).max().orElse(-1) + 1;
    if (size == 0) {
      throw JobFailure.input(shown + " has no vocabulary");
    }
    int bos = id(fs, dir, ids, "bos");
    int eos = id(fs, dir, ids, "eos");
    if (Math.max(bos, eos) >= size) {
      throw JobFailure.input(
          "%s: its %d tokens do not include the ids %d and %d of begin and end"
              .formatted(shown, size, bos, eos));
    }
    // An empty alternation would match everywhere; this matches nowhere.
    String any =
        special.isEmpty()
            ? "(?!)"
            : special.stream().map(Pattern::quote).collect(Collectors.joining("|"));
    return new TokenizerFiles(json, bos, eos, size, Pattern.compile(any));
  }

  /** An object from piece to id, or Unigram's list of pairs. */
  private static void vocabulary(JsonNode vocab, Map<String, Integer> ids) {
    if (vocab.isArray()) {
      for (JsonNode piece : vocab) {
        ids.putIfAbsent(piece.path(0).asText(), ids.size());
      }
    }
    vocab.properties().forEach(e -> ids.put(e.getKey(), e.getValue().asInt()));
  }

  /** From the tokenizer's own files, else the model's. */
  private static int id(FileSystem fs, Path dir, Map<String, Integer> ids, String which)
      throws IOException {
    for (String file : new String[] {"tokenizer_config.json", "special_tokens_map.json"}) {
      JsonNode token = optional(fs, dir, file).path(which + "_token");
      String content = token.isObject() ? token.path("content").asText() : token.asText();
      if (ids.containsKey(content)) {
        return ids.get(content);
      }
    }
    JsonNode id = optional(fs, dir, "config.json").path(which + "_token_id");
    id = id.isArray() ? id.path(0) : id;
    if (!id.isInt() || id.asInt() < 0) {
      throw JobFailure.input(
          ("%s: neither tokenizer_config.json nor special_tokens_map.json names a %s_token of the"
                  + " vocabulary, nor config.json a %s_token_id")
              .formatted(dir.toUri().getPath(), which, which));
    }
    return id.asInt();
  }

  private static JsonNode optional(FileSystem fs, Path dir, String file) throws IOException {
    Path path = new Path(dir, file);
    return fs.exists(path) ? Json.read(fs, path) : Json.mapper().createObjectNode();
  }

  @Override
  public String toString() {
    return "TokenizerFiles[%d tokens]".formatted(size);
  }
}
