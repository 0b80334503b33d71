package org.radllama.train.tokenizer;

import static org.radllama.text.Format.format;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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
 * @param used one more than the largest id that a text can become, or that begins or ends one: a
 *     special token that was added, such as {@code [PAD]}, may be none of them
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
    int used,
    Pattern special,
    Map<String, Integer> ids) {
  static final String JSON = "tokenizer.json";
  static final String MODEL = "tokenizer.model";

  /** Matches nowhere, where an empty alternation would match everywhere. */
  private static final String NEVER = "(?!)";

  static TokenizerFiles read(TokenizerFolder folder) throws IOException {
    Optional<byte[]> json = folder.read(JSON);
    if (json.isPresent()) {
      return json(folder, json.get());
    }
    return model(
        folder,
        folder
            .read(MODEL)
            .orElseThrow(
                () ->
                    new BadInputException(
                        "%s has neither tokenizer.json nor tokenizer.model", folder.shown(""))));
  }

  private static TokenizerFiles json(TokenizerFolder folder, byte[] json) throws IOException {
    String shown = folder.shown(JSON);
    JsonNode root = parse(json, shown);
    Map<String, Integer> ids = new HashMap<>();
    vocabulary(root.path("model").path("vocab"), ids);
    Set<Integer> spare = new HashSet<>();
    TreeSet<String> special = new TreeSet<>();
    for (JsonNode token : root.path("added_tokens")) {
      ids.put(token.path("content").asText(), token.path("id").asInt());
      if (token.path("special").asBoolean()) {
        special.add(token.path("content").asText());
        spare.add(token.path("id").asInt());
      }
    }
    int size = ids.values().stream().mapToInt(Integer::intValue).max().orElse(-1) + 1;
    if (size <= 0) {
      throw new BadInputException(shown + " has no vocabulary");
    }
    Beside beside = new Beside(folder, ids);
    int bos = beside.id("bos", null);
    int eos = beside.id("eos", null);
    if (Math.max(bos, eos) >= size) {
      throw new BadInputException(
          "%s: its %d tokens do not include the ids %d and %d of begin and end",
          shown, size, bos, eos);
    }
    int used =
        ids.values().stream().filter(id -> !spare.contains(id)).mapToInt(id -> id).max().orElse(-1);
    used = Math.max(used, Math.max(bos, eos)) + 1;
    String any =
        special.isEmpty()
            ? NEVER
            : special.stream().map(Pattern::quote).collect(Collectors.joining("|"));
    return new TokenizerFiles(
        json, Optional.of(root), Optional.empty(), bos, eos, size, used, Pattern.compile(any), ids);
  }

  private static JsonNode parse(byte[] json, String shown) throws IOException {
    try {
      return Json.parse(json);
    } catch (JsonProcessingException e) {
      throw new BadInputException(shown + " is not JSON", e);
    }
  }

  /**
   * The begin and end tokens are those that the files beside the model name, which may be added
   * ones, else the model's own. A text never becomes an added token.
   */
  private static TokenizerFiles model(TokenizerFolder folder, byte[] file) throws IOException {
    SentencePieceModel model = SentencePieceModel.parse(file, folder.shown(MODEL));
    Map<String, Integer> ids = new HashMap<>(model.ids());
    Beside beside = new Beside(folder, ids);
    beside.json("added_tokens.json").properties().stream()
        .filter(e -> e.getValue().asInt(-1) >= 0)
        .forEach(e -> ids.putIfAbsent(e.getKey(), e.getValue().asInt()));
    int bos = beside.id("bos", model.ids().get(model.trainer().bos()));
    int eos = beside.id("eos", model.ids().get(model.trainer().eos()));
    int size = Math.max(model.pieces().size(), Math.max(bos, eos) + 1);
    return new TokenizerFiles(
        file,
        Optional.empty(),
        Optional.of(model),
        bos,
        eos,
        size,
        size,
        Pattern.compile(NEVER),
        ids);
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
  private record Beside(TokenizerFolder folder, Map<String, Integer> ids) {

    /** From the tokenizer's files, else the tokenizer's own, if it has one, else the model's. */
    int id(String which, Integer own) throws IOException {
      for (String file : new String[] {"tokenizer_config.json", "special_tokens_map.json"}) {
        JsonNode token = json(file).path(which + "_token");
        // Null is no text, and there may be a token "null".
        String content = (token.isObject() ? token.path("content") : token).textValue();
        if (content != null && ids.containsKey(content)) {
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
            folder.shown(""), which, which);
      }
      return id.asInt();
    }

    JsonNode json(String name) throws IOException {
      Optional<byte[]> file = folder.read(name);
      return file.isPresent()
          ? parse(file.get(), folder.shown(name))
          : Json.mapper().createObjectNode();
    }
  }

  @Override
  public String toString() {
    return format("TokenizerFiles[%d tokens]", size);
  }
}
