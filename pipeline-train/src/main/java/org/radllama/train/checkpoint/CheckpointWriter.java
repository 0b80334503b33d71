package org.radllama.train.checkpoint;

import static org.radllama.text.Format.format;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
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

/** Writes a model as a Hugging Face checkpoint directory, each weight in its tensor's dtype. */
public final class CheckpointWriter {
  private CheckpointWriter() {}

  /**
   * Writes a directory.
   *
   * @param configJson the text of {@code config.json}, whose begin and end tokens are those taught
   * @param tensors the model's weights in the model's order
   * @param serving what stands beside the weights
   * @param maxShardBytes weights of more bytes are split into several files
   */
  public static void write(
      FileSystem fs,
      Path dir,
      String configJson,
      List<FloatTensor> tensors,
      ServingFiles serving,
      long maxShardBytes)
      throws IOException {
    fs.mkdirs(dir);
    TextFiles.write(fs, new Path(dir, "config.json"), configJson);
    serving.write(fs, dir);
    writeWeights(fs, dir, tensors, maxShardBytes);
  }

  /** The same for a model whose generation settings, if any, stand beside its tokenizer. */
  public static void write(
      FileSystem fs,
      Path dir,
      String configJson,
      List<FloatTensor> tensors,
      Path tokenizerSource,
      long maxShardBytes)
      throws IOException {
    LlamaConfig config = LlamaConfig.parse(configJson);
    ServingFiles serving =
        new ServingFiles(
            tokenizerSource, tokenizerSource, Optional.empty(), config.bos(), config.eos());
    write(fs, dir, configJson, tensors, serving, maxShardBytes);
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
