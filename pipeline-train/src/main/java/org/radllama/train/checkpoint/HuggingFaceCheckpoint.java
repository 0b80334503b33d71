package org.radllama.train.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.failure.BadInputException;
import org.radllama.run.Digests;
import org.radllama.run.InputDigests;
import org.radllama.train.engine.Precision;
import org.radllama.train.llama.LlamaConfig;
import org.radllama.train.llama.LlamaWeights;
import org.radllama.train.safetensors.Dtype;
import org.radllama.train.safetensors.SafetensorsFile;
import org.radllama.train.safetensors.TensorInfo;

/**
 * A checkpoint directory of a {@link org.radllama.train.llama.Family}, open for reading. {@link
 * #open} has checked that every weight of the model is there, in the shape that {@code config.json}
 * asks for and in a readable dtype. Safe for several threads.
 */
public final class HuggingFaceCheckpoint implements BaseModel {
  private final FileSystem fs;
  private final Path root;
  private final String configJson;
  private final LlamaConfig config;
  private final Map<String, SafetensorsFile> shards;
  private final Map<String, SafetensorsFile> byTensor = new TreeMap<>();

  private HuggingFaceCheckpoint(
      FileSystem fs,
      Path root,
      String configJson,
      LlamaConfig config,
      Map<String, SafetensorsFile> shards) {
    this.fs = fs;
    this.root = root;
    this.configJson = configJson;
    this.config = config;
    this.shards = shards;
  }

  /**
   * Opens a directory and checks it.
   *
   * @param dir a Hadoop path
   * @throws BadInputException naming what is missing, unknown, of another shape, of another dtype,
   *     or damaged; also for pickled weights, saying how to convert them
   */
  public static HuggingFaceCheckpoint open(Configuration hadoop, String dir) throws IOException {
    Path root = new Path(dir);
    FileSystem fs = root.getFileSystem(hadoop);
    String json = configJson(fs, root);
    LlamaConfig config = LlamaConfig.parse(json);
    ShardIndex index = ShardIndex.find(fs, root);
    HuggingFaceCheckpoint checkpoint =
        new HuggingFaceCheckpoint(fs, root, json, config, new TreeMap<>());
    try {
      for (String file : index.files()) {
        checkpoint.shards.put(file, SafetensorsFile.open(fs, new Path(root, file)));
      }
      checkpoint.index(index);
      checkpoint.check();
      return checkpoint;
    } catch (IOException | RuntimeException e) {
      checkpoint.close();
      throw e;
    }
  }

  private static String configJson(FileSystem fs, Path root) throws IOException {
    Path file = new Path(root, "config.json");
    if (!fs.exists(file)) {
      throw new BadInputException(
          "--base-model: no config.json in %s, which must be a Hugging Face checkpoint directory or a GGUF"
              + " file",
          root.toUri().getPath());
    }
    try (InputStream in = fs.open(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private void index(ShardIndex index) {
    for (Map.Entry<String, SafetensorsFile> shard : shards.entrySet()) {
      for (String name : shard.getValue().names()) {
        if (byTensor.putIfAbsent(name, shard.getValue()) != null) {
          throw failure(name, "it is in two shards");
        }
      }
    }
    Set<String> needed = LlamaWeights.tensors(config).keySet();
    index.byTensor().forEach((name, file) -> checkPlace(name, file, needed.contains(name)));
  }

  /** An index may list what transformers no longer stores, or never needed. */
  private void checkPlace(String name, String file, boolean needed) {
    if (needed && !shards.get(file).has(name)) {
      throw failure(name, "the index says it is in %s, which does not contain it".formatted(file));
    }
  }

  private void check() {
    Map<String, List<Integer>> expected = LlamaWeights.tensors(config);
    expected.forEach(this::check);
    for (String name : byTensor.keySet()) {
      if (!expected.containsKey(name) && !redundant(name, config)) {
        throw failure(name, "a %s model has no such tensor".formatted(config.family().modelType()));
      }
    }
  }

  private void check(String name, List<Integer> shape) {
    TensorInfo tensor = tensor(name);
    if (!tensor.shape().equals(shape.stream().map(Integer::longValue).toList())) {
      throw failure(
          name, "its shape is %s, but config.json says %s".formatted(tensor.shape(), shape));
    }
    if (!tensor.dtype().readable()) {
      throw failure(
          name, "its dtype is %s, readable are F32, F16 and BF16".formatted(tensor.dtype()));
    }
  }

  private BadInputException failure(String tensor, String reason) {
    return new BadInputException(
        "--base-model %s, tensor %s: %s", root.toUri().getPath(), tensor, reason);
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
    return configJson;
  }

  @Override
  public Dtype dtype(String name) {
    return tensor(name).dtype();
  }

  /** A weight's place and type. */
  public TensorInfo tensor(String name) {
    return file(name).tensor(name);
  }

  @Override
  public void read(String name, long from, float[] into, int offset, int count) throws IOException {
    file(name).read(name, from, into, offset, count);
  }

  private SafetensorsFile file(String name) {
    SafetensorsFile file = byTensor.get(name);
    if (file == null) {
      throw failure(name, "it is missing");
    }
    return file;
  }

  /**
   * One digest over {@code config.json} and the weight files, by name, size and content. Reads all
   * of them.
   */
  @Override
  public String sha256() throws IOException {
    List<Digests.Entry> entries = new ArrayList<>();
    TreeSet<String> files = new TreeSet<>(shards.keySet());
    files.add("config.json");
    for (String file : files) {
      Path path = new Path(root, file);
      entries.add(
          new Digests.Entry(file, fs.getFileStatus(path).getLen(), InputDigests.sha256(fs, path)));
    }
    return Digests.ofListing(entries);
  }

  @Override
  public void close() throws IOException {
    for (SafetensorsFile shard : shards.values()) {
      shard.close();
    }
  }

  /** Tensors that old files carry and that say nothing the configuration does not say. */
  private static boolean redundant(String name, LlamaConfig config) {
    return name.endsWith(".rotary_emb.inv_freq")
        || (config.tiedEmbeddings() && name.equals(LlamaWeights.HEAD));
  }
}
