package org.radllama.train.checkpoint;

import static org.radllama.text.Format.format;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.run.Json;
import org.radllama.run.TextFiles;
import org.radllama.train.llama.LlamaConfig;
import org.radllama.train.safetensors.FloatTensor;
import org.radllama.train.safetensors.SafetensorsWriter;
import org.radllama.train.tokenizer.TokenizerFolder;

/** Writes a model as a Hugging Face checkpoint directory, each weight in its tensor's dtype. */
public final class CheckpointWriter {
  /**
   * What makes up a tokenizer: {@code tokenizer.json} or {@code tokenizer.model} must be there, the
   * rest may.
   */
  public static final List<String> TOKENIZER_FILES =
      List.of(
          "tokenizer.json",
          "tokenizer_config.json",
          "special_tokens_map.json",
          "added_tokens.json",
          "chat_template.jinja",
          "tokenizer.model");

  private CheckpointWriter() {}

  /**
   * Writes a directory.
   *
   * @param configJson the text of {@code config.json}
   * @param tensors the model's weights in the model's order
   * @param tokenizerSource the directory whose tokenizer files are copied, on any file system; or a
   *     GGUF file, whose tokenizer becomes such files
   * @param maxShardBytes weights of more bytes are split into several files
   */
  public static void write(
      FileSystem fs,
      Path dir,
      String configJson,
      List<FloatTensor> tensors,
      Path tokenizerSource,
      long maxShardBytes)
      throws IOException {
    LlamaConfig config = LlamaConfig.parse(configJson);
    fs.mkdirs(dir);
    TextFiles.write(fs, new Path(dir, "config.json"), configJson);
    ObjectNode generation = Json.mapper().createObjectNode();
    generation.put("_from_model_config", true);
    config.putIds(generation);
    Json.write(fs, new Path(dir, "generation_config.json"), generation);
    copyTokenizer(fs, dir, tokenizerSource);
    writeWeights(fs, dir, tensors, maxShardBytes);
  }

  private static void copyTokenizer(FileSystem fs, Path dir, Path source) throws IOException {
    TokenizerFolder from = TokenizerFolder.open(source.getFileSystem(fs.getConf()), source);
    for (String name : TOKENIZER_FILES) {
      Optional<byte[]> file = from.read(name);
      if (file.isPresent()) {
        try (OutputStream out = fs.create(new Path(dir, name), true)) {
          out.write(file.get());
        }
      }
    }
  }

  private static void writeWeights(
      FileSystem fs, Path dir, List<FloatTensor> tensors, long maxShardBytes) throws IOException {
    List<List<FloatTensor>> shards = shards(tensors, maxShardBytes);
    if (shards.size() == 1) {
      SafetensorsWriter.write(fs, new Path(dir, ShardIndex.SINGLE), tensors);
      return;
    }
    Map<String, String> places = new TreeMap<>();
    for (int i = 0; i < shards.size(); i++) {
      String file = format("model-%05d-of-%05d.safetensors", i + 1, shards.size());
      SafetensorsWriter.write(fs, new Path(dir, file), shards.get(i));
      shards.get(i).forEach(t -> places.put(t.name(), file));
    }
    ObjectNode index = Json.mapper().createObjectNode();
    index
        .putObject("metadata")
        .put("total_size", tensors.stream().mapToLong(FloatTensor::bytes).sum());
    ObjectNode map = index.putObject("weight_map");
    places.forEach(map::put);
    Json.write(fs, new Path(dir, ShardIndex.INDEX), index);
  }

  /** Fills shards in the model's order; a tensor larger than a shard has one to itself. */
  private static List<List<FloatTensor>> shards(List<FloatTensor> tensors, long maxBytes) {
    List<List<FloatTensor>> shards = new ArrayList<>();
    shards.add(new ArrayList<>());
    long bytes = 0;
    for (FloatTensor tensor : tensors) {
      if (bytes > 0 && bytes + tensor.bytes() > maxBytes) {
        shards.add(new ArrayList<>());
        bytes = 0;
      }
      shards.get(shards.size() - 1).add(tensor);
      bytes += tensor.bytes();
    }
    return shards;
  }
}
