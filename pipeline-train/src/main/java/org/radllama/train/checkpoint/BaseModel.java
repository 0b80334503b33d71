package org.radllama.train.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.failure.BadInputException;
import org.radllama.run.InputFiles;
import org.radllama.run.Json;
import org.radllama.train.engine.ParameterLayout;
import org.radllama.train.engine.Precision;
import org.radllama.train.llama.LlamaConfig;
import org.radllama.train.safetensors.Dtype;

/**
 * A model that others trained, open for reading: a Hugging Face checkpoint directory or a GGUF
 * file. Its weights have Hugging Face's names, shapes and order of rows. Opening has checked that
 * every one is there and readable. Safe for several threads.
 */
public interface BaseModel extends AutoCloseable {
  /** {@code OWNER/MODEL}, which a path from the root of a disk or from here never is. */
  Pattern HUB_ID = Pattern.compile("\\w[\\w.-]*/\\w[\\w.-]*");

  /**
   * Opens a model and checks it.
   *
   * @param path a directory or a file, a Hadoop path
   * @throws BadInputException naming what is missing, unknown, of another shape or type, or damaged
   */
  static BaseModel open(Configuration hadoop, String path) throws IOException {
    Path root = new Path(path);
    FileSystem fs = root.getFileSystem(hadoop);
    return InputFiles.isFile(fs, root)
        ? GgufCheckpoint.open(fs, root)
        : HuggingFaceCheckpoint.open(hadoop, path);
  }

  /** The model's shape. */
  LlamaConfig config();

  /**
   * The number format of the matrices: the one that all of them have, else f32, which holds the
   * numbers of any, also those of every quantised type.
   */
  Precision precision();

  /** The text of its {@code config.json}, as transformers reads it. */
  String configJson();

  /** What it calls itself, empty where that is no id on a hub. */
  default String hubId() {
    try {
      String name = Json.mapper().readTree(configJson()).path("_name_or_path").asText("");
      return HUB_ID.matcher(name).matches() ? name : "";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("config.json was read before", e);
    }
  }

  /** The narrowest format, of those that are written, that holds a weight's numbers. */
  Dtype dtype(String name);

  /** The elements {@code from} to {@code from + count} of a weight, into an array. */
  void read(String name, long from, float[] into, int offset, int count) throws IOException;

  /** The weights of a layout as one flat vector, as whole-model training starts from it. */
  default float[] read(ParameterLayout layout) throws IOException {
    float[] values = new float[layout.parameterCount()];
    for (ParameterLayout.Slot slot : layout.slots()) {
      read(slot.name(), 0, values, slot.offset(), slot.size());
    }
    return values;
  }

  /** One digest of shape and weights, which ties an adapter to them; about a second a gigabyte. */
  String sha256() throws IOException;

  @Override
  void close() throws IOException;
}
