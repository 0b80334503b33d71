package org.radllama.train.tokenizer;

import static org.radllama.text.Format.format;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.failure.BadInputException;
import org.radllama.run.Json;

/**
 * What a model directory says about its tokenizer.
 *
 * @param file the bytes of {@code tokenizer.json} or {@code tokenizer.model}
 * @param json what tokenizer.json holds, or empty for a tokenizer.model
 * @param model what tokenizer.model holds, or empty for a tokenizer.json
 * @param bos id of the begin token
 * @param eos id of the end token
 * @param size one more than the largest id
 * @param special matches the text of any special token that the engine would find in a text
 * @param ids of all tokens by their text, added ones among them
 */
record TokenizerFiles(
    byte[] file,
    Optional<JsonNode> json,
    Optional<SentencePieceModel> model,
    int bos,
    int eos,
    int size,
    Pattern special,
    Map<String, Integer> ids) {
  private static final long LARGEST = 256L << 20;

  /** Matches nowhere, where an empty alternation would match everywhere. */
  private static final String NEVER = "(?!)";

  static TokenizerFiles read(FileSystem fs, Path dir) throws IOException {
    Path json = new Path(dir, "tokenizer.json");
    Path model = new Path(dir, "tokenizer.model");
    if (fs.exists(json)) {
      return json(fs, json);
    }
    if (fs.exists(model)) {
      return model(fs, model);
    }
    throw new BadInputException(
        "%s has neither tokenizer.json nor tokenizer.model", dir.toUri().getPath());
  }

  private static byte[] bytes(FileSystem fs, Path path) throws IOException {
    long length = fs.getFileStatus(path).getLen();
    if (length > LARGEST) {
      throw new BadInputException(
          "%s has %d bytes, a tokenizer has at most %d", path.toUri().getPath(), length, LARGEST);
    }
    try (InputStream in = fs.open(path)) {
      return in.readAllBytes();
    }
  }

  private static TokenizerFiles json(FileSystem fs, Path path) throws IOException {
    byte[] json = bytes(fs, path);
    String shown = path.toUri().getPath();
    JsonNode root = parse(json, shown);
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
      throw new BadInputException(shown + " has no vocabulary");
    }
    Beside beside = new Beside(fs, path.getParent(), ids);
    int bos = beside.id("bos", null);
    int eos = beside.id("eos", null);
    if (Math.max(bos, eos) >= size) {
      throw new BadInputException(
          "%s: its %d tokens do not include the ids %d and %d of begin and end",
          shown, size, bos, eos);
    }
    String any =
        special.isEmpty()
            ? NEVER
            : special.stream().map(Pattern::quote).collect(Collectors.joining("|"));
    return new TokenizerFiles(
        json, Optional.of(root), Optional.empty(), bos, eos, size, Pattern.compile(any), ids);
  }

  private static JsonNode parse(byte[] json, String shown) throws IOException {
    try {
      return Json.mapper().readTree(json);
    } catch (JsonProcessingException e) {
      throw new BadInputException(shown + " is not JSON", e);
    }
  }

  /**
   * The begin and end tokens are those that the files beside the model name, which may be added
   * ones, else the model's own. A text never becomes an added token.
   */
  private static TokenizerFiles model(FileSystem fs, Path path) throws IOException {
    byte[] file = bytes(fs, path);
    SentencePieceModel model = SentencePieceModel.parse(file, path.toUri().getPath());
    Map<String, Integer> ids = new HashMap<>(model.ids());
    Beside beside = new Beside(fs, path.getParent(), ids);
    beside.json("added_tokens.json").properties().stream()
        .filter(e -> e.getValue().asInt(-1) >= 0)
        .forEach(e -> ids.putIfAbsent(e.getKey(), e.getValue().asInt()));
    int bos = beside.id("bos", model.ids().get(model.trainer().bos()));
    int eos = beside.id("eos", model.ids().get(model.trainer().eos()));
    int size = Math.max(model.pieces().size(), Math.max(bos, eos) + 1);
    return new TokenizerFiles(
        file, Optional.empty(), Optional.of(model), bos, eos, size, Pattern.compile(NEVER), ids);
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

  /** The small files in a tokenizer's directory. */
  private record Beside(FileSystem fs, Path dir, Map<String, Integer> ids) {

    /** From the tokenizer's files, else the tokenizer's own, if it has one, else the model's. */
    int id(String which, Integer own) throws IOException {
      for (String file : new String[] {"tokenizer_config.json", "special_tokens_map.json"}) {
        JsonNode token = json(file).path(which + "_token");
        String content = token.isObject() ? token.path("content").asText() : token.asText();
        if (ids.containsKey(content)) {
          return ids.get(content);
        }
      }
      if (own != null) {
        return own;
      }
      JsonNode id = json("config.json").path(which + "_token_id");
      id = id.isArray() ? id.path(0) : id;
      if (!id.isInt() || id.asInt() < 0) {
        throw new BadInputException(
            "%s: neither tokenizer_config.json nor special_tokens_map.json names a %s_token of"
                + " the vocabulary, nor config.json a %s_token_id",
            dir.toUri().getPath(), which, which);
      }
      return id.asInt();
    }

    JsonNode json(String name) throws IOException {
      Path path = new Path(dir, name);
      return fs.exists(path)
          ? parse(bytes(fs, path), path.toUri().getPath())
          : Json.mapper().createObjectNode();
    }
  }

  @Override
  public String toString() {
    return format("TokenizerFiles[%d tokens]", size);
  }
}
