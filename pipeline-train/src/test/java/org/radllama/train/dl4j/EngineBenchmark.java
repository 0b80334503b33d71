package org.radllama.train.dl4j;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.radllama.run.Console;
import org.radllama.run.Json;
import org.radllama.train.engine.Adaptation;
import org.radllama.train.engine.ParameterLayout;
import org.radllama.train.llama.LlamaConfig;
import org.radllama.train.llama.LlamaWeights;
import org.radllama.train.llama.RandomWeights;
import org.radllama.train.peft.PeftAdapter;
import org.radllama.train.safetensors.FloatTensor;
import org.radllama.train.safetensors.SafetensorsWriter;

/**
 * The engine against transformers with PEFT and llama.cpp on the same model, adapter and examples,
 * each in processes of its own, in turn. A main, not a test; {@code docs/speed.md} says how to run
 * it and what it gave.
 *
 * <pre>
 * EngineBenchmark MODEL ADAPTER TARGETS ROUNDS [train|exact|decode|profile|flat]...
 * </pre>
 *
 * MODEL is a checkpoint directory, or HIDDENxLAYERSxFFNxVOCABULARY for random weights; ADAPTER is a
 * directory, or {@code random} for one of r = 8 on q_proj and v_proj. TARGETS is the share of
 * positions whose token counts in the loss. The peer is {@code src/test/scripts/engine_peer.py}
 * with the Python of the property {@code radllama.python}; llama.cpp takes part in decoding where
 * the property {@code radllama.gguf} names files, separated by commas, and our own engine also
 * decodes with the precisions of {@code radllama.precisions}.
 */
final class EngineBenchmark {
  private static final int EXAMPLES = 8;
  private static final int LENGTH = 128;
  private static final int DECODED = 64;

  /** Texts and beams. */
  private static final String[][] LOADS = {{"1", "1"}, {"8", "1"}, {"16", "1"}, {"1", "4"}};

  private static final Console OUT = Console.system();

  private final Path directory;
  private final int rounds;

  private EngineBenchmark(Path directory, int rounds) {
    this.directory = directory;
    this.rounds = rounds;
  }

  public static void main(String[] args) throws Exception {
    Path directory = Files.createTempDirectory("engine-benchmark");
    try {
      EngineBenchmark benchmark = new EngineBenchmark(directory, Integer.parseInt(args[3]));
      benchmark.prepare(args);
      for (String task : args.length > 4 ? Arrays.copyOfRange(args, 4, args.length) : ALL) {
        switch (task) {
          case "train" -> benchmark.train();
          case "decode" -> benchmark.decode();
          case "profile" -> benchmark.profile();
          case "exact" -> benchmark.exact();
          case "flat" -> benchmark.flat();
          default -> throw new IllegalArgumentException("no such task: " + task);
        }
      }
    } finally {
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private static final String[] ALL = {"train", "exact", "decode", "profile"};

  private void prepare(String[] args) throws IOException {
    Configuration hadoop = new Configuration();
    FileSystem fs = FileSystem.getLocal(hadoop);
    Path base = directory.resolve("base");
    if (Files.isDirectory(Path.of(args[0]))) {
      Files.createSymbolicLink(base, Path.of(args[0]).toRealPath());
    } else {
      LlamaConfig config = config(args[0]);
      ParameterLayout full = LlamaWeights.fullLayout(config);
      Files.createDirectories(base);
      Files.writeString(base.resolve("config.json"), config.toJson());
      SafetensorsWriter.write(
          fs,
          new org.apache.hadoop.fs.Path(base.resolve("model.safetensors").toUri()),
          FloatTensor.of(full, RandomWeights.values(full, 0.02, 1)));
    }
    LlamaConfig config = LlamaConfig.parse(Files.readString(base.resolve("config.json")));
    Path adapter = directory.resolve("adapter");
    if (args[1].equals("random")) {
      Adaptation.Lora lora = new Adaptation.Lora(8, 16, 0, List.of("q_proj", "v_proj"), false);
      ParameterLayout layout = LlamaWeights.layout(config, lora);
      PeftAdapter.write(
          fs,
          new org.apache.hadoop.fs.Path(adapter.toUri()),
          lora,
          layout,
          RandomWeights.values(layout, 0.02, 2),
          "base");
    } else {
      Files.createSymbolicLink(adapter, Path.of(args[1]).toRealPath());
    }
    PeftAdapter loaded = PeftAdapter.load(hadoop, adapter.toUri().toString(), config);
    writeWork(
        LlamaWeights.layout(config, loaded.adaptation()),
        config.vocabularySize(),
        Double.parseDouble(args[2]));
    OUT.line(
        String.format(
            Locale.ROOT,
            "%s, adapter %s, %d x %d tokens, %s of them targets; median of %d rounds",
            args[0],
            args[1],
            EXAMPLES,
            LENGTH,
            args[2],
            rounds));
  }

  private static LlamaConfig config(String shape) {
    int[] sizes = Arrays.stream(shape.split("x")).mapToInt(Integer::parseInt).toArray();
    int heads = sizes[0] / 64;
    return new LlamaConfig(
        sizes[3],
        sizes[0],
        sizes[2],
        sizes[1],
        heads,
        heads,
        64,
        2048,
        1e-5,
        new LlamaConfig.Rope(10000, null),
        false,
        1,
        2);
  }

  /** The examples that both sides read, and twice as many to decode. */
  private void writeWork(ParameterLayout layout, int vocabulary, double share) throws IOException {
    ObjectNode work = Json.mapper().createObjectNode();
    SplittableRandom random = new SplittableRandom(5);
    int[][] tokens = new int[2 * EXAMPLES][];
    for (int e = 0; e < tokens.length; e++) {
      tokens[e] = random.ints(LENGTH, 3, vocabulary).toArray();
    }
    work.set("tokens", Json.mapper().valueToTree(Arrays.copyOf(tokens, EXAMPLES)));
    work.put("targets_from", Math.max(1, LENGTH - (int) Math.round(share * LENGTH)));
    work.set(
        "parameters",
        Json.mapper()
            .valueToTree(layout.slots().stream().map(ParameterLayout.Slot::name).toList()));
    Files.writeString(directory.resolve("work.json"), work.toString());
    work.set("tokens", Json.mapper().valueToTree(tokens));
    Files.createDirectories(directory.resolve("decoding"));
    Files.writeString(directory.resolve("decoding/work.json"), work.toString());
    for (String part : new String[] {"base", "adapter"}) {
      Files.createSymbolicLink(
          directory.resolve("decoding").resolve(part), directory.resolve(part));
    }
  }

  /** One side in one setting: what each round gave. */
  private static final class Side {
    private final String name;
    private final Path directory;
    private final List<String> command;
    private final List<Double> cpu = new ArrayList<>();
    private final List<Double> wall = new ArrayList<>();
    private double peak;
    private JsonNode last;

    Side(String name, Path directory, List<String> command) {
      this.name = name;
      this.directory = directory;
      this.command = command;
    }

    void run() throws IOException, InterruptedException {
      Path errors = Files.createTempFile("engine-benchmark", ".err");
      Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
      String out =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (process.waitFor() != 0) {
        throw new IllegalStateException(name + " failed:\n" + Files.readString(errors));
      }
      Files.delete(errors);
      Path file = directory.resolve("result.json");
      last = Json.mapper().readTree(Files.exists(file) ? Files.readString(file) : out);
      Files.deleteIfExists(file);
      cpu.add(median(last.get("cpu")));
      wall.add(median(last.get("wall")));
      peak = Math.max(peak, last.get("peak_mb").asDouble());
    }

    String times() {
      return String.format(
          Locale.ROOT,
          "%-55s CPU %6.0f ms, clock %6.0f ms, peak %5.0f MB",
          name,
          EngineBenchmark.median(cpu),
          EngineBenchmark.median(wall),
          peak);
    }

    private static double median(JsonNode values) {
      List<Double> list = new ArrayList<>();
      values.forEach(v -> list.add(v.asDouble()));
      return EngineBenchmark.median(list);
    }
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
  }

  private Side ours(String what, Path dir, String... args) {
    return ours(what, "F32", dir, args);
  }

  private Side ours(String what, String precision, Path dir, String... args) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Dradllama.precision=" + precision);
    command.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC"));
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(EngineRun.class.getName());
    command.add(dir.toString());
    command.addAll(List.of(args));
    return new Side("ours, " + what, dir, command);
  }

  private Side peer(String what, Path dir, String... args) {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("radllama.python", "/usr/bin/python3"));
    command.add(System.getProperty("radllama.peer", "src/test/scripts/engine_peer.py"));
    command.add(dir.toString());
    command.addAll(List.of(args));
    return new Side(what, dir, command);
  }

  private void inTurn(List<Side> sides) throws IOException, InterruptedException {
    for (int round = 0; round < rounds; round++) {
      for (Side side : sides) {
        side.run();
      }
    }
  }

  private void train() throws IOException, InterruptedException {
    Side off1 = ours("1 thread", directory, "train", "off", "1", "3");
    Side off2 = ours("2 threads", directory, "train", "off", "2", "3");
    Side on2 = ours("2 threads, recomputing", directory, "train", "on", "2", "3");
    Side one = peer("transformers and PEFT, 1 thread", directory, "train", "float32", "1", "3");
    Side two = peer("transformers and PEFT, 2 threads", directory, "train", "float32", "2", "3");
    List<Side> sides = List.of(off1, one, off2, two, on2);
    inTurn(sides);
    sides.forEach(s -> OUT.line(s.times() + ", loss " + s.last.get("loss").asDouble()));
    OUT.line(
        String.format(
            Locale.ROOT,
            "ours over theirs: CPU on 1 thread %.2f; clock on 2 threads %.2f, recomputing %.2f; peak memory %.2f, recomputing %.2f",
            median(off1.cpu) / median(one.cpu),
            median(off2.wall) / Math.min(median(one.wall), median(two.wall)),
            median(on2.wall) / Math.min(median(one.wall), median(two.wall)),
            off1.peak / one.peak,
            on2.peak / two.peak));
  }

  /** How far loss and gradient of both are from those in double precision. */
  private void exact() throws IOException, InterruptedException {
    Side exact = peer("transformers in float64", directory, "train", "float64", "2", "1");
    Side ours = ours("1 thread", directory, "train", "off", "1", "1");
    Side theirs = peer("transformers in float32", directory, "train", "float32", "1", "1");
    inTurn(List.of(exact, ours, theirs));
    float[] gradient = doubles(directory.resolve("gradient.float64"));
    OUT.line(
        String.format(
            Locale.ROOT,
            "loss %.6f, ours %.6f, theirs %.6f; the gradient's relative distance: ours %.2e, theirs %.2e",
            exact.last.get("loss").asDouble(),
            ours.last.get("loss").asDouble(),
            theirs.last.get("loss").asDouble(),
            Reference.relativeError(floats(directory.resolve("ours.f32")), gradient),
            Reference.relativeError(doubles(directory.resolve("gradient.float32")), gradient)));
  }

  private static float[] floats(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    float[] values = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }

  private static float[] doubles(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[bytes.capacity() / Double.BYTES];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) bytes.getDouble(i * Double.BYTES);
    }
    return values;
  }

  private void decode() throws IOException, InterruptedException {
    Path dir = directory.resolve("decoding");
    String count = Integer.toString(DECODED);
    for (String[] load : LOADS) {
      String batch = load[0];
      String beams = load[1];
      List<Side> sides = new ArrayList<>();
      for (String threads : new String[] {"1", "2"}) {
        String on = threads + " threads";
        sides.add(ours("f32, " + on, dir, "decode", "off", threads, "2", batch, count, beams));
        for (String precision : listed("radllama.precisions")) {
          sides.add(
              ours(
                  precision + ", " + on,
                  precision,
                  dir,
                  "decode",
                  "off",
                  threads,
                  "2",
                  batch,
                  count,
                  beams));
        }
        sides.add(
            peer(
                "transformers and PEFT, " + on,
                dir,
                "decode",
                "float32",
                threads,
                "2",
                batch,
                count,
                beams));
        for (String gguf : beams.equals("1") ? listed("radllama.gguf") : List.<String>of()) {
          String name = "llama.cpp without adapter, " + Path.of(gguf).getFileName() + ", " + on;
          sides.add(peer(name, dir, "decode", gguf, threads, "2", batch, count));
        }
      }
      inTurn(sides);
      OUT.line("batch %s, beams %s, %s new tokens after 64:".formatted(batch, beams, count));
      JsonNode first = sides.get(0).last.get("made");
      sides.forEach(
          s -> OUT.line(s.times() + (first.equals(s.last.get("made")) ? ", the same tokens" : "")));
    }
  }

  private static List<String> listed(String property) {
    String value = System.getProperty(property, "");
    return value.isEmpty() ? List.of() : List.of(value.split(","));
  }

  private void profile() throws IOException, InterruptedException {
    Side side = ours("profile", directory, "profile", "off", "1", "10");
    inTurn(List.of(side));
    double all = median(side.wall);
    double products = 0;
    double gflop = 0;
    List<String> lines = new ArrayList<>();
    for (var entry : side.last.get("operations").properties()) {
      double ms = entry.getValue().get("ms").asDouble();
      double work = entry.getValue().get("gflop").asDouble();
      products += work > 0 ? ms : 0;
      gflop += work;
      lines.add(
          String.format(
              Locale.ROOT, "%9.2f ms %6.1f GFLOPS  %s", ms, work / ms * 1e3, entry.getKey()));
    }
    lines.stream().sorted(Comparator.reverseOrder()).forEach(OUT::line);
    OUT.line(
        String.format(
            Locale.ROOT,
            "a step %.0f ms: %.0f ms in %.1f GFLOP of matrix products (%.0f GFLOPS), %.0f ms elsewhere",
            all,
            products,
            gflop,
            gflop / products * 1e3,
            all - products));
  }

  /** Many steps: time and memory must not grow. */
  private void flat() throws IOException, InterruptedException {
    Side side = ours("500 steps", directory, "train", "off", "1", "500");
    side.run();
    List<Double> wall = new ArrayList<>();
    side.last.get("wall").forEach(v -> wall.add(v.asDouble()));
    OUT.line(
        String.format(
            Locale.ROOT,
            "500 steps: median of the first 100 %.0f ms, of the last 100 %.0f ms; resident after 20 steps %.0f MB, at the end %.0f MB",
            median(wall.subList(0, 100)),
            median(wall.subList(400, 500)),
            side.last.get("resident_after_20_mb").asDouble(),
            side.last.get("resident_at_end_mb").asDouble()));
  }
}
