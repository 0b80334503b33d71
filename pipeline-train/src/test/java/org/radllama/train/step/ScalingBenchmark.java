package org.radllama.train.step;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.ObjectName;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.radllama.page.Charts;
import org.radllama.run.Console;
import org.radllama.run.Json;
import org.radllama.train.cluster.ClusterSettings;
import org.radllama.train.cluster.ClusterSettings.Reduce;
import org.radllama.train.engine.GradientSum;
import org.radllama.train.engine.LossSum;
import org.radllama.train.optim.AdamW;
import org.radllama.train.optim.Clipping;

/**
 * What a step costs the driver as executors grow from 1 to 64, with tasks that give ready-made
 * gradients of Llama-2-7B's size (q and v, r = 8). Two executor processes run the tasks, so wall
 * times say nothing of 64 machines; the driver's CPU time and bytes do.
 *
 * <p>Arguments: a folder for scaling.json, scaling-cpu.svg and scaling-bytes.svg. Wants -Xmx3g.
 */
public final class ScalingBenchmark {
  private static final int LENGTH = 4_194_304;
  private static final int[] EXECUTORS = {1, 2, 4, 8, 16, 32, 64};
  private static final int WARM = 1;
  private static final int ROUNDS = 5;

  private static final float[] VECTOR = gradient(3);

  private ScalingBenchmark() {}

  /** One setting's medians; times in seconds. */
  private record Row(
      String reduce,
      int executors,
      double cpu,
      double wall,
      double work,
      long toDriver,
      long shuffled,
      long sum) {}

  /** One step's. */
  private record Cost(double cpu, double wall, double work, long toDriver, long shuffled) {}

  /** Bytes that tasks gave. */
  private static final class Bytes extends SparkListener {
    final AtomicLong results = new AtomicLong();
    final AtomicLong shuffled = new AtomicLong();
    final AtomicLong cpu = new AtomicLong();

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      results.addAndGet(end.taskMetrics().resultSize());
      cpu.addAndGet(end.taskMetrics().executorCpuTime());
      shuffled.addAndGet(end.taskMetrics().shuffleWriteMetrics().bytesWritten());
    }
  }

  /** Gradients of an executor, made once. */
  private static final class Ready {
    static final List<byte[]> GRADIENTS =
        Stream.of(7, 8, 9)
            .map(s -> Wire.of(new GradientSum(new LossSum(1, 1), gradient(s))))
            .toList();
  }

  private static float[] gradient(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] gradient = new float[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      gradient[i] = (float) (random.nextDouble() - 0.5) * 1e-3f;
    }
    return gradient;
  }

  /** Measures and writes. */
  public static void main(String[] args) throws Exception {
    Path folder = Files.createDirectories(Path.of(args[0]));
    SparkConf conf =
        new SparkConf()
            .setMaster("local-cluster[2,1,1500]")
            .setAppName("scaling")
            .set("spark.ui.enabled", "false")
            .set("spark.driver.maxResultSize", "0")
            .set("spark.executor.memory", "1500m")
            .set("spark.executorEnv.SPARK_SCALA_VERSION", "2.12")
            .set("spark.executorEnv.SPARK_TESTING", "1")
            .set("spark.executor.extraClassPath", System.getProperty("java.class.path"));
    List<Row> rows = new ArrayList<>();
    try (JavaSparkContext spark = new JavaSparkContext(conf)) {
      Bytes bytes = new Bytes();
      spark.sc().addSparkListener(bytes);
      for (Reduce reduce : List.of(Reduce.DRIVER, Reduce.EXECUTORS)) {
        for (int executors : EXECUTORS) {
          rows.add(row(spark, bytes, reduce, executors));
          Console.system().result(rows.get(rows.size() - 1).toString());
        }
      }
    }
    write(folder, rows, optimiser());
    System.exit(0);
  }

  private static Row row(JavaSparkContext spark, Bytes bytes, Reduce reduce, int executors)
      throws InterruptedException {
    List<Cost> costs = new ArrayList<>();
    long sum = 0;
    for (int round = -WARM; round < ROUNDS; round++) {
      System.gc();
      bytes.results.set(0);
      bytes.shuffled.set(0);
      bytes.cpu.set(0);
      long cpu = cpuNanos();
      long wall = System.nanoTime();
      float[] total = step(spark, reduce, executors);
      double seconds = (System.nanoTime() - wall) / 1e9;
      double work = (cpuNanos() - cpu) / 1e9;
      sum = Arrays.hashCode(total);
      Thread.sleep(300); // The listener hears of tasks a little later.
      if (round >= 0) {
        double tasks = bytes.cpu.get() / 1e9;
        costs.add(new Cost(work, seconds, tasks, bytes.results.get(), bytes.shuffled.get()));
      }
    }
    return new Row(
        reduce.name().toLowerCase(java.util.Locale.ROOT),
        executors,
        median(costs, Cost::cpu),
        median(costs, Cost::wall),
        median(costs, Cost::work) / executors,
        (long) median(costs, Cost::toDriver),
        (long) median(costs, Cost::shuffled),
        sum);
  }

  /** CPU time of this process, all threads. */
  private static long cpuNanos() {
    try {
      return (Long)
          ManagementFactory.getPlatformMBeanServer()
              .getAttribute(
                  new ObjectName(ManagementFactory.OPERATING_SYSTEM_MXBEAN_NAME), "ProcessCpuTime");
    } catch (JMException e) {
      throw new IllegalStateException(e);
    }
  }

  private static float[] step(JavaSparkContext spark, Reduce reduce, int executors) {
    Broadcast<float[]> sent = spark.broadcast(VECTOR);
    List<Integer> tasks = new ArrayList<>();
    for (int i = 0; i < executors; i++) {
      tasks.add(i);
    }
    JavaRDD<byte[]> sums =
        spark
            .parallelize(tasks, executors)
            .map(i -> sent.value().length == LENGTH ? Ready.GRADIENTS.get(i % 3) : null);
    ClusterSettings settings =
        new ClusterSettings("", Duration.ofMinutes(1), Duration.ZERO, reduce, 0, "");
    float[] total =
        new TreeReduction(settings).sum(sums, Optional.empty(), executors, LENGTH).gradient();
    sent.destroy();
    return total;
  }

  private static double median(List<Cost> costs, ToDoubleFunction<Cost> of) {
    return costs.stream().mapToDouble(of).sorted().skip(costs.size() / 2).findFirst().orElseThrow();
  }

  /** Seconds of the driver's own part of a step: clipping and AdamW. */
  private static double optimiser() {
    AdamW adam = new AdamW(new AdamW.Hyper(0.9, 0.999, 1e-8, 0), LENGTH);
    float[] values = gradient(1);
    double least = Double.MAX_VALUE;
    for (int round = 0; round < 20; round++) {
      float[] gradient = gradient(2);
      long start = System.nanoTime();
      Clipping.scaleAndClip(gradient, 1.0 / 7000, 1);
      adam.step(values, gradient, 1e-4);
      least = Math.min(least, (System.nanoTime() - start) / 1e9);
    }
    return least;
  }

  private static void write(Path folder, List<Row> rows, double optimiser) throws Exception {
    ObjectNode node = Json.mapper().createObjectNode();
    node.put("floats", LENGTH);
    node.put("optimiser_seconds", optimiser);
    ArrayNode list = node.putArray("rows");
    for (Row r : rows) {
      list.addObject()
          .put("reduce", r.reduce)
          .put("executors", r.executors)
          .put("driver_cpu_seconds", r.cpu)
          .put("wall_seconds_on_two_cores", r.wall)
          .put("executor_cpu_seconds_each", r.work)
          .put("bytes_to_driver", r.toDriver)
          .put("bytes_shuffled", r.shuffled);
    }
    if (rows.stream().mapToLong(Row::sum).distinct().count() != EXECUTORS.length) {
      throw new IllegalStateException("both ways must give the same sums");
    }
    Files.writeString(folder.resolve("scaling.json"), Json.text(node));
    plot(folder.resolve("scaling-cpu.svg"), rows, "driver CPU seconds a step", Row::cpu);
    plot(
        folder.resolve("scaling-bytes.svg"),
        rows,
        "MB to the driver a step",
        r -> r.toDriver / 1e6);
  }

  private static void plot(Path file, List<Row> rows, String label, ToDoubleFunction<Row> value)
      throws Exception {
    List<Charts.Series> series = new ArrayList<>();
    for (String reduce : List.of("driver", "executors")) {
      List<Row> own = rows.stream().filter(r -> r.reduce.equals(reduce)).toList();
      series.add(
          new Charts.Series(
              "summed by " + (reduce.equals("driver") ? "driver" : "execs"),
              own.stream().mapToDouble(Row::executors).toArray(),
              own.stream().mapToDouble(value).toArray()));
    }
    String style =
        "<style>svg{--c0:#1f6feb;--c1:#d9480f;background:#fff;font-family:sans-serif}"
            + "text{fill:#1c2430;font-size:12px}.axis{stroke:#5b6675;fill:none}.grid{stroke:#d5dbe3;fill:none}</style>";
    String svg = Charts.lines("executors", label, series);
    int end = svg.indexOf('>') + 1;
    Files.writeString(
        file,
        svg.substring(0, end).replace("<svg ", "<svg xmlns=\"http://www.w3.org/2000/svg\" ")
            + style
            + svg.substring(end)
            + "\n");
  }
}
