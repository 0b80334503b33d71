package org.radllama.train.dl4j;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.radllama.run.Json;
import org.radllama.train.engine.Decoding;
import org.radllama.train.engine.DropoutKey;
import org.radllama.train.engine.EncodedExample;
import org.radllama.train.engine.GradientSum;
import org.radllama.train.engine.MicroBatch;
import org.radllama.train.engine.Precision;
import org.radllama.train.kernels.Backend;
import org.radllama.train.kernels.FusedBackend;
import org.radllama.train.kernels.Kernels;
import org.radllama.train.llama.LlamaConfig;
import org.radllama.train.peft.PeftAdapter;

/**
 * Our side of {@link EngineBenchmark}: one process that reads the model from its directory and
 * leaves {@code result.json} there.
 *
 * <pre>
 * EngineRun DIR train on|off THREADS REPEATS          recomputation on or off
 * EngineRun DIR profile on|off 1 REPEATS              milliseconds a step of each operation
 * EngineRun DIR decode off THREADS REPEATS BATCH NEW_TOKENS
 * </pre>
 */
final class EngineRun implements AutoCloseable {
  private static final Precision PRECISION =
      Precision.valueOf(System.getProperty("radllama.precision", "F32"));

  private final Path directory;
  private final JsonNode work;
  private final Dl4jEngine engine;
  private final float[] trainable;
  private final int threads;
  private final int repeats;
  private final KernelTimes times = new KernelTimes();
  private final ObjectNode result = Json.mapper().createObjectNode();
  private final ExecutorService pool;

  private EngineRun(String[] args) throws IOException {
    directory = Path.of(args[0]);
    work = Json.mapper().readTree(directory.resolve("work.json").toFile());
    threads = Integer.parseInt(args[3]);
    repeats = Integer.parseInt(args[4]);
    pool = Executors.newFixedThreadPool(threads);
    Configuration hadoop = new Configuration();
    LlamaConfig config = LlamaConfig.parse(Files.readString(directory.resolve("base/config.json")));
    PeftAdapter adapter =
        PeftAdapter.load(hadoop, directory.resolve("adapter").toUri().toString(), config);
    trainable = adapter.values();
    Backend backend = new FusedBackend();
    FrozenBase base =
        SharedBases.open(
            backend,
            new FrozenBase.Form(PRECISION, args[1].equals("decode")),
            config,
            directory.resolve("base").toUri().toString(),
            hadoop);
    boolean profile = args[1].equals("profile");
    engine =
        new Dl4jEngine(
            config,
            adapter.adaptation(),
            base,
            args[2].equals("on"),
            () -> watched(backend.kernels(args[1].equals("decode") ? threads : 1), profile));
  }

  private Kernels watched(Kernels kernels, boolean profile) {
    return profile ? times.around(kernels) : kernels;
  }

  public static void main(String[] args) throws Exception {
    try (EngineRun run = new EngineRun(args)) {
      switch (args[1]) {
        case "train", "profile" -> run.train(args[1].equals("profile"));
        default -> {
          int beams = args.length > 7 ? Integer.parseInt(args[7]) : 1;
          run.decode(Integer.parseInt(args[5]), Integer.parseInt(args[6]), beams);
        }
      }
      run.result.put("peak_mb", status("VmHWM"));
      Files.writeString(run.directory.resolve("result.json"), run.result.toString());
    }
  }

  private void train(boolean profile) throws Exception {
    List<MicroBatch> parts = parts();
    List<Double> resident = new ArrayList<>();
    GradientSum sum = null;
    ArrayNode cpu = result.putArray("cpu");
    ArrayNode wall = result.putArray("wall");
    warmUp(parts);
    times.clear();
    for (int i = 0; i < repeats; i++) {
      long c = processCpu();
      long w = System.nanoTime();
      sum = step(parts);
      cpu.add((processCpu() - c) / 1e6);
      wall.add((System.nanoTime() - w) / 1e6);
      resident.add(status("VmRSS"));
    }
    result.put("loss", sum.sum().loss());
    result.put("resident_after_20_mb", resident.get(Math.min(20, resident.size() - 1)));
    result.put("resident_at_end_mb", resident.get(resident.size() - 1));
    ByteBuffer bytes =
        ByteBuffer.allocate(sum.gradient().length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(sum.gradient());
    Files.write(directory.resolve("ours.f32"), bytes.array());
    if (profile) {
      ObjectNode operations = result.putObject("operations");
      times
          .times()
          .forEach(
              (name, t) -> {
                ObjectNode o = operations.putObject(name);
                o.put("ms", t.nanos() / 1e6 / repeats);
                o.put("gflop", t.flop() / 1e9 / repeats);
              });
    }
  }

  /** Until the loops are compiled: twelve steps, or fifteen seconds of them. */
  private void warmUp(List<MicroBatch> parts) throws Exception {
    long start = System.nanoTime();
    for (int i = 0; i < 12 && (i < 2 || System.nanoTime() - start < 15e9); i++) {
      step(parts);
    }
  }

  /** The micro-batch, cut into as many parts as there are threads. */
  private List<MicroBatch> parts() {
    List<MicroBatch> parts = new ArrayList<>();
    JsonNode tokens = work.get("tokens");
    int each = tokens.size() / threads;
    for (int part = 0; part < threads; part++) {
      List<EncodedExample> examples = new ArrayList<>();
      for (int i = part * each; i < (part + 1) * each; i++) {
        examples.add(new EncodedExample(i, ids(tokens.get(i)), work.get("targets_from").asInt()));
      }
      parts.add(new MicroBatch(examples));
    }
    return parts;
  }

  private static int[] ids(JsonNode array) {
    int[] ids = new int[array.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = array.get(i).asInt();
    }
    return ids;
  }

  private GradientSum step(List<MicroBatch> parts) throws InterruptedException, ExecutionException {
    List<Future<GradientSum>> sums = new ArrayList<>();
    for (MicroBatch part : parts) {
      sums.add(pool.submit(() -> engine.gradient(part, trainable, new DropoutKey(1, 1))));
    }
    GradientSum all = sums.get(0).get();
    for (Future<GradientSum> sum : sums.subList(1, sums.size())) {
      all = all.add(sum.get());
    }
    return all;
  }

  private void decode(int batch, int newTokens, int beams) {
    List<int[]> prompts = new ArrayList<>();
    for (int i = 0; i < batch; i++) {
      prompts.add(java.util.Arrays.copyOf(ids(work.get("tokens").get(i)), 64));
    }
    Decoding.Strategy strategy =
        beams > 1
            ? new Decoding.Beams(beams, 1, Decoding.EarlyStopping.of("false"))
            : new Decoding.Greedy();
    Decoding how = new Decoding(newTokens, -1, strategy);
    ArrayNode cpu = result.putArray("cpu");
    ArrayNode wall = result.putArray("wall");
    List<int[]> made = List.of();
    for (int i = -2; i < repeats; i++) {
      long c = processCpu();
      long w = System.nanoTime();
      made = EngineCalls.generate(engine, prompts, trainable, how);
      if (i >= 0) {
        cpu.add((processCpu() - c) / 1e6);
        wall.add((System.nanoTime() - w) / 1e6);
      }
    }
    result.set("made", Json.mapper().valueToTree(made));
  }

  private static long processCpu() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  /** A line of the kernel's account of this process, in MB. */
  private static double status(String key) throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(l -> l.startsWith(key + ":"))
        .mapToDouble(l -> Double.parseDouble(l.replaceAll("[^0-9]", "")) / 1024)
        .findFirst()
        .orElse(Double.NaN);
  }

  @Override
  public void close() {
    pool.shutdown();
    engine.close();
  }
}
