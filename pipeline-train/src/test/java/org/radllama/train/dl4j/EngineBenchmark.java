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
 * The engine against PyTorch on the same model, adapter and examples, each in processes of its own,
 * in turn. A main, not a test; {@code docs/speed.md} says how to run it and what it gave.
 *
 * <pre>
 * EngineBenchmark HIDDEN LAYERS FFN VOCABULARY TARGETS ROUNDS [train|decode|profile|large|flat]...
 * </pre>
 *
 * TARGETS is the share of positions whose token counts in the loss. The peer is {@code
 * src/test/scripts/engine_peer.py} with the Python of the property {@code radllama.python}.
 */
final class EngineBenchmark {
  private static final int EXAMPLES = 8;
  private static final int LENGTH = 128;
  private static final int DECODED = 64;
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
      EngineBenchmark benchmark = new EngineBenchmark(directory, Integer.parseInt(args[5]));
      benchmark.prepare(args);
      for (String task : args.length > 6 ? Arrays.copyOfRange(args, 6, args.length) : ALL) {
        switch (task) {
          case "train" -> benchmark.train();
          case "decode" -> benchmark.decode();
          case "profile" -> benchmark.profile();
          case "large" -> benchmark.large();
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

  private static final String[] ALL = {"train", "decode", "profile"};

  private void prepare(String[] args) throws IOException {
    int hidden = Integer.parseInt(args[0]);
    int vocabulary = Integer.parseInt(args[3]);
    LlamaConfig config =
        new LlamaConfig(
            vocabulary,
            hidden,
            Integer.parseInt(args[2]),
            Integer.parseInt(args[1]),
            hidden / 64,
            hidden / 64,
            64,
            2048,
            1e-5,
            new LlamaConfig.Rope(10000, null),
            false,
            1,
            2);
    Adaptation.Lora lora = new Adaptation.Lora(8, 16, 0, List.of("q_proj", "v_proj"), false);
    Configuration hadoop = new Configuration();
    FileSystem fs = FileSystem.getLocal(hadoop);
    ParameterLayout full = LlamaWeights.fullLayout(config);
    Files.createDirectories(directory.resolve("base"));
    Files.writeString(directory.resolve("base/config.json"), config.toJson());
    SafetensorsWriter.write(
        fs,
        new org.apache.hadoop.fs.Path(directory.resolve("base/model.safetensors").toUri()),
        FloatTensor.of(full, RandomWeights.values(full, 0.02, 1)));
    ParameterLayout layout = LlamaWeights.layout(config, lora);
    PeftAdapter.write(
        fs,
        new org.apache.hadoop.fs.Path(directory.resolve("adapter").toUri()),
        lora,
        layout,
        RandomWeights.values(layout, 0.02, 2),
        "base");
    writeWork(layout, vocabulary, Double.parseDouble(args[4]));
    OUT.line(
        String.format(
            Locale.ROOT,
            "hidden %s, %s layers, FFN %s, vocabulary %s, %d x %d tokens, %s of them targets, LoRA r = 8 on q_proj, v_proj; median of %d rounds",
            args[0],
            args[1],
            args[2],
            args[3],
            EXAMPLES,
            LENGTH,
            args[4],
            rounds));
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
    private final String blasThreads;
    private final List<String> command;
    private final List<Double> cpu = new ArrayList<>();
    private final List<Double> wall = new ArrayList<>();
    private double peak;
    private JsonNode last;

    Side(String name, Path directory, String blasThreads, List<String> command) {
      this.name = name;
      this.blasThreads = blasThreads;
      this.directory = directory;
      this.command = command;
    }

    void run() throws IOException, InterruptedException {
      Path errors = Files.createTempFile("engine-benchmark", ".err");
      ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
      // PyTorch's own setting does not reach OpenBLAS's threads.
      builder.environment().put("OPENBLAS_NUM_THREADS", blasThreads);
      Process process = builder.start();
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
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC"));
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(EngineRun.class.getName());
    command.add(dir.toString());
    command.addAll(List.of(args));
    return new Side("ours, " + what, dir, "1", command);
  }

  private Side peer(String what, Path dir, String... args) {
    return peer(what, dir, args[2], args);
  }

  /** PyTorch with its own threads as the arguments say, and those of OpenBLAS. */
  private Side peer(String what, Path dir, String blasThreads, String[] args) {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("radllama.python", "/usr/bin/python3"));
    command.add(System.getProperty("radllama.peer", "src/test/scripts/engine_peer.py"));
    command.add(dir.toString());
    command.addAll(List.of(args));
    return new Side("PyTorch, " + what, dir, blasThreads, command);
  }

  private void inTurn(List<Side> sides) throws IOException, InterruptedException {
    for (int round = 0; round < rounds; round++) {
      for (Side side : sides) {
        side.run();
      }
    }
  }

  private void train() throws IOException, InterruptedException {
    Side off1 = ours("1 thread", directory, "train", "off", "1", "7");
    Side off2 = ours("2 threads", directory, "train", "off", "2", "7");
    Side on1 = ours("1 thread, recomputing", directory, "train", "on", "1", "7");
    Side on2 = ours("2 threads, recomputing", directory, "train", "on", "2", "7");
    Side usual1 = peer("1 thread", directory, "train", "usual", "1", "7");
    Side usual2 = peer("2 threads", directory, "train", "usual", "2", "5");
    Side mixed =
        peer(
            "1 thread and 2 of OpenBLAS",
            directory,
            "2",
            new String[] {"train", "usual", "1", "7"});
    Side lean1 = peer("1 thread, logits of targets only", directory, "train", "lean", "1", "7");
    Side lean2 = peer("2 threads, logits of targets only", directory, "train", "lean", "2", "5");
    List<Side> sides = List.of(off1, usual1, off2, usual2, mixed, on1, lean1, on2, lean2);
    inTurn(sides);
    sides.forEach(
        s ->
            OUT.line(
                String.format(
                    Locale.ROOT,
                    "%-45s CPU %6.0f ms, clock %6.0f ms, peak %5.0f MB, loss %.4f",
                    s.name,
                    median(s.cpu),
                    median(s.wall),
                    s.peak,
                    s.last.get("loss").asDouble())));
    OUT.line(
        String.format(Locale.ROOT, "gradient: relative difference %.1e", gradientDifference()));
    compare("as transformers and PEFT compute", off1, off2, on2, usual1, usual2);
    OUT.line(
        String.format(
            Locale.ROOT,
            "clock on 2 threads over PyTorch with 1 thread and 2 of OpenBLAS %.2f, recomputing %.2f",
            median(off2.wall) / median(mixed.wall),
            median(on2.wall) / median(mixed.wall)));
    compare("logits of targets only", off1, off2, on2, lean1, lean2);
  }

  /** For models whose steps take seconds: two threads against PyTorch's better setting, one. */
  private void large() throws IOException, InterruptedException {
    Side off = ours("2 threads", directory, "train", "off", "2", "3");
    Side on = ours("2 threads, recomputing", directory, "train", "on", "2", "3");
    Side one = peer("1 thread", directory, "train", "usual", "1", "2");
    inTurn(List.of(off, one, on));
    OUT.line(
        String.format(
            Locale.ROOT,
            "clock: ours %.0f ms, recomputing %.0f ms, PyTorch with 1 thread %.0f ms: %.2f, recomputing %.2f; peak %.0f, %.0f, %.0f MB",
            median(off.wall),
            median(on.wall),
            median(one.wall),
            median(off.wall) / median(one.wall),
            median(on.wall) / median(one.wall),
            off.peak,
            on.peak,
            one.peak));
  }

  private static void compare(String peer, Side off1, Side off2, Side on2, Side one, Side two) {
    double best = Math.min(median(one.wall), median(two.wall));
    OUT.line(
        String.format(
            Locale.ROOT,
            "against PyTorch, %s: CPU on 1 thread %.2f; clock on 2 threads over its better setting %.2f, recomputing %.2f; peak memory %.2f, recomputing %.2f",
            peer,
            median(off1.cpu) / median(one.cpu),
            median(off2.wall) / best,
            median(on2.wall) / best,
            off1.peak / one.peak,
            on2.peak / Math.min(one.peak, two.peak)));
  }

  private double gradientDifference() throws IOException {
    return Reference.relativeError(
        floats(directory.resolve("ours.f32")), floats(directory.resolve("gradient.f32")));
  }

  private static float[] floats(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    float[] values = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }

  private void decode() throws IOException, InterruptedException {
    Path dir = directory.resolve("decoding");
    for (String batch : new String[] {"1", "16"}) {
      String count = Integer.toString(DECODED);
      Side ours = ours("1 thread", dir, "decode", "off", "1", "3", batch, count);
      Side both = ours("2 threads", dir, "decode", "off", "2", "3", batch, count);
      Side one = peer("1 thread", dir, "decode", "lean", "1", "3", batch, count);
      Side two = peer("2 threads", dir, "decode", "lean", "2", "2", batch, count);
      inTurn(List.of(ours, one, both, two));
      double tokens = DECODED * Double.parseDouble(batch);
      double best = Math.min(median(one.wall), median(two.wall));
      double ourBest = Math.min(median(ours.wall), median(both.wall));
      OUT.line(
          String.format(
              Locale.ROOT,
              "batch %s: %.0f tokens/s with 1 thread, %.0f with 2; PyTorch %.0f and %.0f; better over better %.2f; the same tokens: %s",
              batch,
              1e3 * tokens / median(ours.wall),
              1e3 * tokens / median(both.wall),
              1e3 * tokens / median(one.wall),
              1e3 * tokens / median(two.wall),
              best / ourBest,
              ours.last.get("made").equals(one.last.get("made"))
                  && ours.last.get("made").equals(both.last.get("made"))));
    }
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
