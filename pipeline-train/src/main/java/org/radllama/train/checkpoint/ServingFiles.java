package org.radllama.train.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.failure.BadInputException;
import org.radllama.run.InputFiles;
import org.radllama.run.Json;
import org.radllama.train.chat.ChatTemplateFiles;
import org.radllama.train.llama.LlamaConfig;
import org.radllama.train.tokenizer.TokenizerCopy;

/**
 * The small files that programs which serve a model read beside its numbers: those of the tokenizer
 * and {@code generation_config.json}, with the begin and end tokens that were taught.
 *
 * @param tokenizer directory of the tokenizer, on any file system, or a GGUF file
 * @param base directory of the base, whose other generation settings stay; the tokenizer's where
 *     there is none; a GGUF file has no such settings
 * @param chatTemplate what stands in place of the tokenizer's own chat template, if it is another
 * @param bos id of the begin token that was taught, {@link LlamaConfig#NONE} where the chat
 *     template alone decides what stands in front
 * @param eos id of the end token that was taught: the only one at which a text ends
 */
public record ServingFiles(
    Path tokenizer, Path base, Optional<String> chatTemplate, int bos, int eos) {
  private static final String GENERATION = "generation_config.json";
  private static final String BOS = "bos_token_id";
  private static final String EOS = "eos_token_id";
  private static final String PAD = "pad_token_id";

  /** Writes the files, replacing what is there. */
  public void write(FileSystem fs, Path dir) throws IOException {
    TokenizerCopy.write(fs, dir, tokenizer, bos, eos);
    if (chatTemplate.isPresent()) {
      ChatTemplateFiles.write(fs, dir, chatTemplate.get());
    }
    ObjectNode generation = read(fs, GENERATION);
    // It would have transformers read the ids of config.json instead.
    generation.remove("_from_model_config");
    int pad = generation.path(PAD).asInt(read(fs, "config.json").path(PAD).asInt(-1));
    put(generation, BOS, bos);
    put(generation, EOS, eos);
    put(generation, PAD, pad >= 0 ? pad : eos);
    Json.write(fs, new Path(dir, GENERATION), generation);
  }

  private static void put(ObjectNode generation, String key, int id) {
    if (id != LlamaConfig.NONE) {
      generation.put(key, id);
    }
  }

  private ObjectNode read(FileSystem fs, String name) throws IOException {
    Path path = new Path(base, name);
    FileSystem from = base.getFileSystem(fs.getConf());
    if (InputFiles.isFile(from, base) || !from.exists(path)) {
      return Json.mapper().createObjectNode();
    }
    try {
      if (Json.read(from, path) instanceof ObjectNode node) {
        return node;
      }
    } catch (JsonProcessingException e) {
      throw new BadInputException(path.toUri().getPath() + " is not JSON", e);
    }
    throw new BadInputException(path.toUri().getPath() + " is not a JSON object");
  }

  /**
   * A {@code config.json} that names the tokens that were taught; the same text where it does.
   *
   * @param json of the base
   */
  public String config(String json) throws IOException {
    ObjectNode node = (ObjectNode) Json.mapper().readTree(json);
    if (is(node.path(BOS), bos) && is(node.path(EOS), eos)) {
      return json;
    }
    put(node, BOS, bos);
    put(node, EOS, eos);
    return Json.text(node);
  }

  private static boolean is(JsonNode id, int expected) {
    return expected == LlamaConfig.NONE || (id.isInt() && id.asInt() == expected);
  }
}
