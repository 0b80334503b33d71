package org.radllama.eval.predict;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;
import org.radllama.run.Digests;
import org.radllama.run.Progress;
import org.radllama.run.WatchedJob;
import org.radllama.train.cluster.Gpus;
import org.radllama.train.engine.Decoding;
import org.radllama.train.engine.EngineSpec;
import org.radllama.train.engine.Engines;
import org.radllama.train.engine.LoraEngine;

/**
 * Continues prompts on the executors, each with the one engine of its JVM. A task takes prompts of
 * about one length, the longest first and few at the end, so that no core waits long for the last.
 * Which prompts go together depends on their lengths and the batch size alone; on host memory not
 * even that changes what happens to one.
 */
final class GenerateStage {
  /** The last tasks each take at most this part of what is left. */
  private static final int TAPER = 16;

  private final JavaSparkContext spark;
  private final int batchSize;
  private final KeptTexts kept;

  /** With texts that were kept, and are: empty for none. */
  GenerateStage(JavaSparkContext spark, int batchSize, Optional<KeptTexts> kept) {
    this.spark = spark;
    this.batchSize = batchSize;
    this.kept = kept.orElse(null);
  }

  /**
   * A prompt.
   *
   * @param key which text it is, for what is drawn
   * @param tokens with BOS
   */
  record Prompt(long key, int[] tokens) implements Serializable {}

  /** A report's key: it stays the same in any order and any selection of reports. */
  static long key(String id) {
    return HexFormat.fromHexDigitsToLong(Digests.sha256(id), 0, 16);
  }

  private record Batch(List<int[]> prompts, long[] keys) implements Serializable {
    static Batch of(List<Prompt> prompts) {
      return new Batch(
          new ArrayList<>(prompts.stream().map(Prompt::tokens).toList()),
          prompts.stream().mapToLong(Prompt::key).toArray());
    }
  }

  /** New tokens for each prompt, in the order given: as many texts as the strategy makes. */
  List<List<int[]>> run(
      String label, EngineSpec spec, float[] adapter, List<Prompt> prompts, Decoding how) {
    int[] order =
        IntStream.range(0, prompts.size())
            .boxed()
            .sorted(Comparator.comparingInt((Integer i) -> -prompts.get(i).tokens.length))
            .mapToInt(Integer::intValue)
            .toArray();
    List<Batch> batches = new ArrayList<>();
    int from = 0;
    for (int size : sizes(prompts.size(), batchSize)) {
      int to = from + size;
      batches.add(
          Batch.of(IntStream.range(from, to).mapToObj(i -> prompts.get(order[i])).toList()));
      from = to;
    }
    List<int[]> made = collect(label, spec, adapter, batches, how, prompts.size());
    int texts = how.strategy().texts();
    List<List<int[]>> inOrder = new ArrayList<>(Collections.nCopies(order.length, List.of()));
    for (int i = 0; i < order.length; i++) {
      inOrder.set(order[i], List.copyOf(made.subList(i * texts, (i + 1) * texts)));
    }
    return inOrder;
  }

  /** Sizes of the batches: full ones, then smaller and smaller ones. */
  static List<Integer> sizes(int prompts, int batchSize) {
    List<Integer> sizes = new ArrayList<>();
    for (int left = prompts; left > 0; ) {
      int size = Math.min(batchSize, (left + TAPER - 1) / TAPER);
      sizes.add(size);
      left -= size;
    }
    return sizes;
  }

  private record Work(
      String label,
      EngineSpec spec,
      Configuration hadoop,
      float[] adapter,
      Decoding how,
      LongAccumulator busy,
      LongAccumulator written) {
    List<int[]> generate(Batch batch) throws IOException {
      LoraEngine engine = Engines.shared(spec, hadoop, Gpus.usable(spec.settings()));
      // Without the loading of the model, for which the first batch waits and no other.
      long start = System.nanoTime();
      List<int[]> made = engine.generate(batch.prompts, batch.keys, adapter, how);
      busy.add(System.nanoTime() - start);
      written.add(batch.prompts.size());
      return made;
    }

    List<int[]> generate(Batch batch, KeptTexts kept) throws IOException {
      // A GPU's texts are not a CPU's.
      Set<String> devices = TaskContext.get().resourcesJMap().keySet();
      String engine = Engines.explain(spec.settings().engine()) + devices;
      String name = kept.name(label + "\n" + engine, batch.prompts, batch.keys);
      Optional<List<int[]>> before = kept.read(hadoop, name);
      if (before.isPresent()) {
        return before.get();
      }
      List<int[]> made = generate(batch);
      kept.write(hadoop, name, made, TaskContext.get().taskAttemptId());
      return made;
    }
  }

  private List<int[]> collect(
      String label,
      EngineSpec spec,
      float[] adapter,
      List<Batch> batches,
      Decoding how,
      int prompts) {
    Broadcast<float[]> sent = spark.broadcast(adapter);
    Broadcast<SerializableConfiguration> hadoop =
        spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration()));
    LongAccumulator done = spark.sc().longAccumulator("generated");
    LongAccumulator busy = spark.sc().longAccumulator("generating, ns");
    LongAccumulator written = spark.sc().longAccumulator("generated now");
    int slots = Math.min(spark.defaultParallelism(), batches.size());
    KeptTexts before = kept;
    try (Progress progress = Progress.start("generate " + label, prompts, "reports")) {
      return WatchedJob.collect(
          spark
              .parallelize(batches, batches.size())
              .flatMap(
                  batch -> {
                    Work work =
                        new Work(
                            label, spec, hadoop.value().value(), sent.value(), how, busy, written);
                    List<int[]> made =
                        before == null ? work.generate(batch) : work.generate(batch, before);
                    done.add(batch.prompts.size());
                    return made.iterator();
                  }),
          () -> {
            if (busy.sum() > 0 && written.sum() > 0) {
              progress.rate(slots * 1e9 * written.sum() / busy.sum());
            }
            return done.sum();
          },
          progress);
    } finally {
      sent.destroy();
      hadoop.destroy();
    }
  }
}
