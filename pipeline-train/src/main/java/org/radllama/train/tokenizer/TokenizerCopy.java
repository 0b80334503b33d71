package org.radllama.train.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.run.Json;

/**
 * A tokenizer's files beside a model that was taught with them, for programs that read the
 * directory with transformers' {@code AutoTokenizer}: they name the begin and end tokens that were
 * taught, and put the begin token in front of a text and nothing behind it, as training did. Where
 * the source's files do so already they are copied byte for byte.
 */
public final class TokenizerCopy {
  /**
   * What makes up a tokenizer: {@code tokenizer.json} or {@code tokenizer.model} must be there, the
   * rest may.
   */
  public static final List<String> FILES =
      List.of(
          "tokenizer.json",
          "tokenizer_config.json",
          "special_tokens_map.json",
          "added_tokens.json",
          "chat_template.jinja",
          "tokenizer.model");

  private static final String TEMPLATE = "TemplateProcessing";

  private final TokenizerFolder source;
  private final FileSystem fs;
  private final Path dir;

  private TokenizerCopy(TokenizerFolder source, FileSystem fs, Path dir) {
    this.source = source;
    this.fs = fs;
    this.dir = dir;
  }

  /**
   * Writes the files, replacing what is there.
   *
   * @param source the tokenizer's directory, on any file system, or a GGUF file
   * @param bos id of the begin token that was taught; where there is none, what is put in front
   *     stays as it is
   * @param eos id of the end token that was taught
   */
  public static void write(FileSystem fs, Path dir, Path source, int bos, int eos)
      throws IOException {
    TokenizerFolder from = TokenizerFolder.open(source.getFileSystem(fs.getConf()), source);
    new TokenizerCopy(from, fs, dir).write(bos, eos);
  }

  private void write(int bos, int eos) throws IOException {
    for (String name : FILES) {
      Optional<byte[]> file = source.read(name);
      if (file.isPresent()) {
        try (OutputStream out = fs.create(new Path(dir, name), true)) {
          out.write(file.get());
        }
      }
    }
    Optional<JsonNode> json = json("tokenizer.json");
    String first = text(bos);
    String last = text(eos);
    if (last == null) {
      return;
    }
    if (first != null && json.isPresent() && !putsFirst(json.get(), first)) {
      ObjectNode changed = (ObjectNode) json.get();
      changed.set("post_processor", processor(changed.path("post_processor"), first, bos));
      Json.write(fs, new Path(dir, "tokenizer.json"), changed);
    }
    writeNames("tokenizer_config.json", first, last, Optional.of(json.isPresent()));
    if (source.read("special_tokens_map.json").isPresent()) {
      writeNames("special_tokens_map.json", first, last, Optional.empty());
    }
  }

  private Optional<JsonNode> json(String name) throws IOException {
    Optional<byte[]> file = source.read(name);
    return file.isPresent() ? Optional.of(Json.parse(file.get())) : Optional.empty();
  }

  private Optional<SentencePieceModel> model() throws IOException {
    String name = "tokenizer.model";
    Optional<byte[]> file = source.read(name);
    return file.map(bytes -> SentencePieceModel.parse(bytes, source.shown(name)));
  }

  /**
   * A token's text.
   *
   * @param source the tokenizer's directory, or a GGUF file
   * @return empty where its files do not have the id
   */
  public static Optional<String> text(FileSystem from, Path source, int id) throws IOException {
    TokenizerFolder folder = TokenizerFolder.open(from, source);
    return Optional.ofNullable(new TokenizerCopy(folder, from, source).text(id));
  }

  private String text(int id) throws IOException {
    if (id < 0) {
      return null;
    }
    Optional<JsonNode> json = json("tokenizer.json");
    Optional<JsonNode> added = json("added_tokens.json");
    Optional<SentencePieceModel> model = json.isPresent() ? Optional.empty() : model();
    for (JsonNode token : json.map(j -> j.path("added_tokens")).orElse(Json.mapper().nullNode())) {
      if (token.path("id").asInt(-1) == id) {
        return token.path("content").asText();
      }
    }
    JsonNode ids = json.map(j -> j.path("model").path("vocab")).or(() -> added).orElse(null);
    if (model.isPresent() && id < model.get().pieces().size()) {
      return model.get().pieces().get(id).text();
    }
    if (ids == null) {
      return null;
    }
    if (ids.isArray()) {
      return ids.path(id).path(0).textValue();
    }
    return ids.properties().stream()
        .filter(e -> e.getValue().asInt(-1) == id)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(null);
  }

  /** Whether a text becomes the begin token and its own tokens, nothing else. */
  private static boolean putsFirst(JsonNode tokenizer, String first) {
    for (JsonNode step : steps(tokenizer.path("post_processor"))) {
      if (isTemplate(step)) {
        JsonNode single = step.path("single");
        return single.size() == 2
            && single.path(0).path("SpecialToken").path("id").asText().equals(first)
            && single.path(1).has("Sequence");
      }
    }
    return false;
  }

  private static List<JsonNode> steps(JsonNode processor) {
    if (!processor.isObject()) {
      return List.of();
    }
    return processor.path("type").asText().equals("Sequence")
        ? StreamSupport.stream(processor.path("processors").spliterator(), false).toList()
        : List.of(processor);
  }

  private static boolean isTemplate(JsonNode step) {
    return step.path("type").asText().equals(TEMPLATE);
  }

  /** What else is done behind the tokenizer, such as trimming offsets, and the begin token. */
  private static ObjectNode processor(JsonNode before, String first, int bos) {
    ObjectNode template = Json.mapper().createObjectNode();
    template.put("type", TEMPLATE);
    template.putArray("single").add(special(first, 0)).add(sequence("A", 0));
    template
        .putArray("pair")
        .add(special(first, 0))
        .add(sequence("A", 0))
        .add(special(first, 1))
        .add(sequence("B", 1));
    ObjectNode token = template.putObject("special_tokens").putObject(first);
    token.put("id", first).putArray("ids").add(bos);
    token.putArray("tokens").add(first);
    ObjectNode all = Json.mapper().createObjectNode();
    ArrayNode processors = all.put("type", "Sequence").putArray("processors");
    steps(before).stream().filter(step -> !isTemplate(step)).forEach(processors::add);
    processors.add(template);
    return processors.size() == 1 ? template : all;
  }

  private static ObjectNode special(String token, int segment) {
    ObjectNode node = Json.mapper().createObjectNode();
    node.putObject("SpecialToken").put("id", token).put("type_id", segment);
    return node;
  }

  private static ObjectNode sequence(String which, int segment) {
    ObjectNode node = Json.mapper().createObjectNode();
    node.putObject("Sequence").put("id", which).put("type_id", segment);
    return node;
  }

  /**
   * Names the tokens that were taught where a file names none or others.
   *
   * @param configuration whether this is {@code tokenizer_config.json}, beside a tokenizer.json or
   *     not; empty for a file of names alone
   */
  private void writeNames(String file, String first, String last, Optional<Boolean> configuration)
      throws IOException {
    Optional<JsonNode> given = json(file);
    ObjectNode names =
        given.map(node -> (ObjectNode) node.deepCopy()).orElse(Json.mapper().createObjectNode());
    if (first != null) {
      name(names, "bos_token", first);
    }
    name(names, "eos_token", last);
    configuration.ifPresent(json -> configure(names, json, first != null));
    if (!given.equals(Optional.of(names))) {
      Json.write(fs, new Path(dir, file), names);
    }
  }

  private static void name(ObjectNode names, String key, String text) {
    JsonNode given = names.path(key);
    String seen = given.isObject() ? given.path("content").textValue() : given.textValue();
    if (!text.equals(seen)) {
      names.put(key, text);
    }
  }

  /**
   * The class that a directory without {@code config.json} must name, and the switches with which
   * some classes override {@code tokenizer.json}.
   */
  private static void configure(ObjectNode names, boolean json, boolean begins) {
    if (!names.hasNonNull("tokenizer_class")) {
      names.put("tokenizer_class", json ? "PreTrainedTokenizerFast" : "LlamaTokenizer");
    }
    if (begins && (names.has("add_bos_token") || !json)) {
      names.put("add_bos_token", true);
    }
    if (names.has("add_eos_token") || !json) {
      names.put("add_eos_token", false);
    }
  }
}
