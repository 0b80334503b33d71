package org.radllama.train.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.failure.BadInputException;
import org.radllama.run.InputDigests;
import org.radllama.run.Json;
import org.radllama.train.engine.Precision;
import org.radllama.train.gguf.GgufInfo;
import org.radllama.train.gguf.GgufReader;
import org.radllama.train.gguf.GgufType;
import org.radllama.train.llama.LlamaConfig;
import org.radllama.train.llama.LlamaWeights;
import org.radllama.train.safetensors.Dtype;

/**
 * A GGUF file as a base model: its weights under Hugging Face's names and in its order of rows.
 * Quantised weights are the numbers that they stand for, exact in f32.
 */
final class GgufCheckpoint implements BaseModel {
  private final FileSystem fs;
  private final Path path;
  private final GgufReader file;
  private final ObjectNode json;
  private final LlamaConfig config;
  private final Map<String, GgufInfo> tensors = new HashMap<>();

  private GgufCheckpoint(FileSystem fs, Path path, GgufReader file) throws IOException {
    this.fs = fs;
    this.path = path;
    this.file = file;
    this.json = GgufConfig.of(file);
    this.config = parse();
  }

  static GgufCheckpoint open(FileSystem fs, Path path) throws IOException {
    GgufReader file = GgufReader.open(fs, path);
    try {
      GgufCheckpoint checkpoint = new GgufCheckpoint(fs, path, file);
      checkpoint.check();
      return checkpoint;
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private LlamaConfig parse() {
    try {
      return LlamaConfig.parse(Json.text(json));
    } catch (BadInputException e) {
      throw file.bad().because("its keys as a " + e.getMessage(), e);
    }
  }

  private void check() {
    Map<String, List<Integer>> expected = LlamaWeights.tensors(config);
    Map<String, String> names = new HashMap<>();
    expected.forEach(
        (name, shape) -> {
          GgufInfo info = file.tensor(GgufNames.of(name));
          if (!info.shape().equals(shape.stream().map(Integer::longValue).toList())) {
            throw file.bad()
                .tensor(
                    info.name(),
                    "its shape is %s, but the file's keys say %s".formatted(info.shape(), shape));
          }
          tensors.put(name, info);
          names.put(info.name(), name);
        });
    for (String name : file.names()) {
      if (!names.containsKey(name) && !name.equals(GgufNames.ROPE_FACTORS)) {
        throw file.bad()
            .tensor(name, "a %s model has no such tensor".formatted(config.family().ggufName()));
      }
    }
    json.put(
        "torch_dtype",
        switch (precision()) {
          case BF16 -> "bfloat16";
          case FP16 -> "float16";
          default -> "float32";
        });
  }

  @Override
  public LlamaConfig config() {
    return config;
  }

  @Override
  public Precision precision() {
    return MatrixFormat.of(config, this::dtype);
  }

  @Override
  public String configJson() {
    return Json.text(json);
  }

  @Override
  public Dtype dtype(String name) {
    GgufType type = info(name).type();
    return type == GgufType.F16 ? Dtype.F16 : type == GgufType.BF16 ? Dtype.BF16 : Dtype.F32;
  }

  private GgufInfo info(String name) {
    GgufInfo info = tensors.get(name);
    if (info == null) {
      throw file.bad().tensor(name, "it is missing");
    }
    return info;
  }

  @Override
  public void read(String name, long from, float[] into, int offset, int count) throws IOException {
    GgufInfo info = info(name);
    if (!config.family().ggufRotatesNeighbours() || !GgufNames.rotated(name)) {
      file.read(info.name(), from, into, offset, count);
      return;
    }
    int width = Math.toIntExact(info.shape().get(1));
    float[] part = offset == 0 ? into : new float[count];
    HeadRows.halves(
            (at, rows, n) -> file.read(info.name(), at, rows, 0, n),
            config.headSize(),
            width,
            info.elements())
        .copy(from, part, count);
    if (offset != 0) {
      System.arraycopy(part, 0, into, offset, count);
    }
  }

  /** Of the file, whose own name does not count. */
  @Override
  public String sha256() throws IOException {
    return InputDigests.sha256(fs, path);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
