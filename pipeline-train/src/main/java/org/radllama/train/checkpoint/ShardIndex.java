package org.radllama.train.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.failure.BadInputException;
import org.radllama.run.Json;

/**
 * Which files hold a checkpoint's weights.
 *
 * @param files names inside the directory
 * @param byTensor each tensor's file as the index gives it; empty when there is one file
 */
record ShardIndex(Set<String> files, Map<String, String> byTensor) {
  static final String SINGLE = "model.safetensors";
  static final String INDEX = "model.safetensors.index.json";

  static ShardIndex find(FileSystem fs, Path root) throws IOException {
    if (fs.exists(new Path(root, SINGLE))) {
      return new ShardIndex(Set.of(SINGLE), Map.of());
    }
    String shown = root.toUri().getPath();
    if (fs.exists(new Path(root, INDEX))) {
      return read(fs, root, shown);
    }
    if (fs.exists(new Path(root, "pytorch_model.bin"))
        || fs.exists(new Path(root, "pytorch_model.bin.index.json"))) {
      throw new BadInputException(
          "--base-model: %s has pickled weights only, and opening a pickle runs its code; convert it on a machine where that may happen: in Python,"
              + " AutoModelForCausalLM.from_pretrained(DIR).save_pretrained(NEW_DIR,"
              + " safe_serialization=True)",
          shown);
    }
    throw new BadInputException("--base-model: neither %s nor %s in %s", SINGLE, INDEX, shown);
  }

  private static ShardIndex read(FileSystem fs, Path root, String shown) throws IOException {
    Map<String, String> byTensor = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : weightMap(fs, root, shown).properties()) {
      String file = entry.getValue().asText();
      // A name, not a path: an index must not lead out of its directory.
      if (!file.matches("[A-Za-z0-9][A-Za-z0-9._-]*\\.safetensors")) {
        throw new BadInputException(
            "--base-model: %s in %s puts %s into a file that is no safetensors name",
            INDEX, shown, entry.getKey());
      }
      byTensor.put(entry.getKey(), file);
    }
    Set<String> files = new TreeSet<>(byTensor.values());
    for (String file : files) {
      if (!fs.exists(new Path(root, file))) {
        throw new BadInputException("--base-model: the shard %s is missing in %s", file, shown);
      }
    }
    return new ShardIndex(files, byTensor);
  }

  private static JsonNode weightMap(FileSystem fs, Path root, String shown) throws IOException {
    JsonNode map;
    try {
      map = Json.read(fs, new Path(root, INDEX)).path("weight_map");
    } catch (JsonProcessingException e) {
      throw new BadInputException("--base-model: %s in %s is not JSON".formatted(INDEX, shown), e);
    }
    if (!map.isObject() || map.isEmpty()) {
      throw new BadInputException("--base-model: %s in %s has no weight_map", INDEX, shown);
    }
    return map;
  }
}
