package org.radllama.eval.encoder;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.failure.BadInputException;
import org.radllama.run.Digests;
import org.radllama.text.Whitespace;
import org.radllama.train.engine.Precision;
import org.radllama.train.kernels.Arena;
import org.radllama.train.kernels.FusedBackend;
import org.radllama.train.kernels.Matrix;
import org.radllama.train.safetensors.SafetensorsFile;
import org.radllama.train.safetensors.TensorInfo;
import org.radllama.train.tokenizer.EncoderTokenizer;

/**
 * The weights of an encoder (Devlin et al., arXiv 1810.04805; Liu et al., arXiv 1907.11692) and its
 * tokenizer, from a directory of {@code config.json}, {@code model.safetensors} and {@code
 * tokenizer.json}. Read once in a process and then shared by its threads.
 */
public final class EncoderModel {
  private static final String WEIGHTS = "model.safetensors";
  private static final List<String> PREFIXES = List.of("", "bert.", "roberta.");
  private static final Map<Key, EncoderModel> SHARED = new ConcurrentHashMap<>();

  private final FusedBackend backend = new FusedBackend();
  private final Arena arena = backend.arena();
  private final EncoderConfig config;
  private final EncoderTokenizer tokenizer;
  private final Table words;
  private final float[] positions;
  private final float[] kind;
  private final Norm first;
  private final Layer[] layers;
  private final List<Linear> heads;

  private record Key(String dir, String sha256, int layers, int heads) {}

  /** Rows of words' numbers. */
  record Table(Matrix rows) {}

  /** A normalisation's gain and shift. */
  record Norm(float[] gain, float[] shift) {}

  /**
   * {@code y = x w^T + shift}.
   *
   * @param w (out, in), laid out for products
   */
  record Linear(Matrix w, float[] shift) {}

  /**
   * A layer.
   *
   * @param qkv queries, keys and values in one product
   */
  record Layer(Linear qkv, Linear out, Norm afterAttention, Linear up, Linear down, Norm last) {}

  /**
   * What identifies a model: a digest over the files that are read.
   *
   * @throws BadInputException when one is missing
   */
  public static String sha256(Configuration hadoop, String dir) throws IOException {
    Path root = new Path(dir);
    FileSystem fs = root.getFileSystem(hadoop);
    StringBuilder all = new StringBuilder();
    for (String name : List.of("config.json", WEIGHTS, "tokenizer.json")) {
      Path file = new Path(root, name);
      if (!fs.exists(file)) {
        throw new BadInputException(
            "%s has no %s; an encoder is a directory of config.json, %s and tokenizer.json",
            root.toUri().getPath(), name, WEIGHTS);
      }
      all.append(Digests.sha256(fs, file)).append('\n');
    }
    // Of tokenizer_config.json the longest text alone is read.
    all.append(EncoderConfig.read(fs, root).most()).append('\n');
    return Digests.sha256(all.toString());
  }

  /** How many layers a model has. */
  public static int layers(Configuration hadoop, String dir) throws IOException {
    Path root = new Path(dir);
    return EncoderConfig.read(root.getFileSystem(hadoop), root).layers();
  }

  /**
   * A model of this process.
   *
   * @param sha256 its digest, by which it is known
   * @param layers so many of its layers are read; 0: all
   * @param classes the sizes of CheXbert's heads; empty where they are not wanted
   * @throws BadInputException when a file is missing or not what it should be
   */
  public static EncoderModel shared(
      Configuration hadoop, String dir, String sha256, int layers, List<Integer> classes)
      throws IOException {
    Key key = new Key(dir, sha256, layers, classes.size());
    synchronized (SHARED) {
      EncoderModel known = SHARED.get(key);
      if (known == null) {
        known = new EncoderModel(hadoop, new Path(dir), layers, classes);
        SHARED.put(key, known);
      }
      return known;
    }
  }

  private EncoderModel(Configuration hadoop, Path dir, int wanted, List<Integer> classes)
      throws IOException {
    FileSystem fs = dir.getFileSystem(hadoop);
    config = EncoderConfig.read(fs, dir);
    if (wanted > config.layers()) {
      throw new BadInputException(
          "%s has %d layers, not %d", dir.toUri().getPath(), config.layers(), wanted);
    }
    tokenizer = EncoderTokenizer.load(hadoop, dir.toString());
    try (SafetensorsFile file = SafetensorsFile.open(fs, new Path(dir, WEIGHTS))) {
      Reader reader = new Reader(file);
      words = new Table(reader.table("embeddings.word_embeddings.weight"));
      positions = reader.numbers("embeddings.position_embeddings.weight");
      float[] kinds = reader.numbers("embeddings.token_type_embeddings.weight");
      requireRows(dir, positions, config.most(), "position_embeddings");
      requireRows(dir, kinds, 1, "token_type_embeddings");
      kind = Arrays.copyOf(kinds, config.hidden());
      first = reader.norm("embeddings.LayerNorm");
      layers = new Layer[wanted == 0 ? config.layers() : wanted];
      for (int i = 0; i < layers.length; i++) {
        layers[i] = reader.layer("encoder.layer." + i + ".");
      }
      heads = reader.heads(classes);
    }
  }

  private void requireRows(Path dir, float[] numbers, int rows, String name) {
    if (numbers.length < (long) rows * config.hidden()) {
      throw new BadInputException(
          "%s: embeddings.%s has %d numbers, %d rows of %d are needed",
          dir.toUri().getPath(), name, numbers.length, rows, config.hidden());
    }
  }

  EncoderConfig config() {
    return config;
  }

  FusedBackend backend() {
    return backend;
  }

  /** Ids of a text, stripped as Python strips. */
  int[] tokens(String text) {
    String stripped = Whitespace.strip(text);
    boolean blank = config.roberta() && !stripped.isEmpty();
    return tokenizer.encode(blank ? " " + stripped : stripped, config.most());
  }

  /** Whether an id is that of the token before or behind a text. */
  boolean isAround(int id) {
    return tokenizer.isAround(id);
  }

  Layer[] layers() {
    return layers;
  }

  List<Linear> heads() {
    return heads;
  }

  /** The sum of a token's three embeddings, not yet normalised. */
  void embed(int id, int position, float[] into, int at) {
    int n = config.hidden();
    if (id < 0 || id >= words.rows().rows()) {
      throw new BadInputException(
          "the tokenizer has an id of %d, the model %d", id, words.rows().rows());
    }
    words.rows().get(id * n, into, at, n);
    int from = (config.firstPosition() + position) * n;
    for (int j = 0; j < n; j++) {
      into[at + j] += kind[j];
      into[at + j] += positions[from + j];
    }
  }

  Norm first() {
    return first;
  }

  /** Takes tensors out of a file, under the names that transformers gives them. */
  private final class Reader {
    private final SafetensorsFile file;
    private final String prefix;

    Reader(SafetensorsFile file) {
      this.file = file;
      this.prefix =
          PREFIXES.stream()
              .filter(p -> file.has(p + "embeddings.word_embeddings.weight"))
              .findFirst()
              .orElse("");
    }

    float[] numbers(String name) throws IOException {
      return plain(prefix + name, 0);
    }

    private float[] plain(String name, int expected) throws IOException {
      TensorInfo tensor = file.tensor(name);
      int n = Math.toIntExact(tensor.elements());
      if (expected > 0 && n != expected) {
        throw new BadInputException("%s: %s has %d numbers, not %d", WEIGHTS, name, n, expected);
      }
      float[] numbers = new float[n];
      file.read(name, 0, numbers, 0, n);
      return numbers;
    }

    Matrix table(String name) throws IOException {
      float[] numbers = numbers(name);
      Matrix matrix = backend.allocate(numbers.length / config.hidden(), config.hidden());
      matrix.put(0, numbers, 0, numbers.length);
      return matrix;
    }

    Norm norm(String name) throws IOException {
      boolean old = file.has(prefix + name + ".gamma");
      return new Norm(
          plain(prefix + name + (old ? ".gamma" : ".weight"), config.hidden()),
          plain(prefix + name + (old ? ".beta" : ".bias"), config.hidden()));
    }

    /** One product for several matrices of the same inner length. */
    private Linear linear(int out, int in, List<String> names) throws IOException {
      Matrix w = backend.forward(Precision.F32, out * names.size(), in, arena);
      float[] shift = new float[out * names.size()];
      for (int i = 0; i < names.size(); i++) {
        w.put(i * out * in, plain(names.get(i) + ".weight", out * in), 0, out * in);
        System.arraycopy(plain(names.get(i) + ".bias", out), 0, shift, i * out, out);
      }
      return new Linear(w, shift);
    }

    Layer layer(String name) throws IOException {
      int h = config.hidden();
      String at = prefix + name;
      return new Layer(
          linear(
              h,
              h,
              List.of(
                  at + "attention.self.query",
                  at + "attention.self.key",
                  at + "attention.self.value")),
          linear(h, h, List.of(at + "attention.output.dense")),
          norm(name + "attention.output.LayerNorm"),
          linear(config.inner(), h, List.of(at + "intermediate.dense")),
          linear(h, config.inner(), List.of(at + "output.dense")),
          norm(name + "output.LayerNorm"));
    }

    List<Linear> heads(List<Integer> classes) throws IOException {
      Linear[] all = new Linear[classes.size()];
      for (int i = 0; i < all.length; i++) {
        all[i] = linear(classes.get(i), config.hidden(), List.of("linear_heads." + i));
      }
      return List.of(all);
    }
  }
}
