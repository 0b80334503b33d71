package org.radllama.eval.encoder;

import static org.radllama.text.Format.format;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.failure.BadInputException;
import org.radllama.run.Json;

/**
 * An encoder's shape, as its {@code config.json} has it.
 *
 * @param roberta whether positions count from behind the padding token's, and texts begin with a
 *     blank, as RoBERTa has it
 * @param hidden numbers a token
 * @param heads of attention
 * @param inner numbers a token between the two products of a layer
 * @param layers how many there are
 * @param most tokens of a text at most
 * @param firstPosition the position of the first token
 * @param epsilon of the layers' normalisation
 */
record EncoderConfig(
    boolean roberta,
    int hidden,
    int heads,
    int inner,
    int layers,
    int most,
    int firstPosition,
    double epsilon) {
  private static final List<String> LIKE_ROBERTA = List.of("roberta", "xlm-roberta", "camembert");

  /**
   * Reads {@code config.json} and, for the longest text, {@code tokenizer_config.json}.
   *
   * @throws BadInputException when it is of another kind of model, or not sound
   */
  static EncoderConfig read(FileSystem fs, Path dir) throws IOException {
    Path file = new Path(dir, "config.json");
    if (!fs.exists(file)) {
      throw new BadInputException("%s has no config.json", dir.toUri().getPath());
    }
    JsonNode json = Json.read(fs, file);
    String type = json.path("model_type").asText();
    boolean shifted = LIKE_ROBERTA.contains(type);
    require(
        dir,
        shifted || type.equals("bert"),
        "model_type is \"%s\", not bert or one of %s",
        type,
        LIKE_ROBERTA);
    String act = json.path("hidden_act").asText("gelu");
    require(dir, act.equals("gelu"), "hidden_act is %s, not gelu", act);
    String positions = json.path("position_embedding_type").asText("absolute");
    require(
        dir,
        positions.equals("absolute"),
        "position_embedding_type is %s, not absolute",
        positions);
    int first = shifted ? json.path("pad_token_id").asInt(1) + 1 : 0;
    int most = size(dir, json, "max_position_embeddings") - first;
    int hidden = size(dir, json, "hidden_size");
    int heads = size(dir, json, "num_attention_heads");
    require(dir, hidden % heads == 0 && most > 2, "its sizes do not fit each other");
    return new EncoderConfig(
        type.equals("roberta"),
        hidden,
        heads,
        size(dir, json, "intermediate_size"),
        size(dir, json, "num_hidden_layers"),
        Math.min(most, longest(fs, dir)),
        first,
        json.path("layer_norm_eps").asDouble(1e-12));
  }

  private static int size(Path dir, JsonNode json, String name) {
    int size = json.path(name).asInt();
    require(dir, size >= 1 && size <= 1 << 20, "%s is missing or out of range", name);
    return size;
  }

  private static int longest(FileSystem fs, Path dir) throws IOException {
    Path file = new Path(dir, "tokenizer_config.json");
    long most =
        fs.exists(file) ? Json.read(fs, file).path("model_max_length").asLong(Long.MAX_VALUE) : 0;
    return most > 2 && most < Integer.MAX_VALUE ? Math.toIntExact(most) : Integer.MAX_VALUE;
  }

  private static void require(Path dir, boolean holds, String problem, Object... parts) {
    if (!holds) {
      throw new BadInputException(
          "%s/config.json: %s", dir.toUri().getPath(), format(problem, parts));
    }
  }
}
