package org.radllama.eval.predict;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;
import org.radllama.ingest.run.Progress;
import org.radllama.train.engine.Decoding;
import org.radllama.train.engine.EngineSpec;
import org.radllama.train.engine.Engines;

/**
 * Continues prompts on the executors, each with the one engine of its JVM. A task takes prompts of
 * about one length, the longest first, so that no core waits long for the last. Which prompts go
 * together depends on their lengths and the batch size alone.
 */
final class GenerateStage {
  private final JavaSparkContext spark;
  private final int batchSize;

  GenerateStage(JavaSparkContext spark, int batchSize) {
    this.spark = spark;
    this.batchSize = batchSize;
  }

  private record Batch(List<int[]> prompts) implements Serializable {}

  /** New tokens for each prompt, in the order given. */
  List<int[]> run(
      String label, EngineSpec spec, float[] adapter, List<int[]> prompts, Decoding how) {
    int[] order =
        IntStream.range(0, prompts.size())
            .boxed()
            .sorted(Comparator.comparingInt((Integer i) -> -prompts.get(i).length))
            .mapToInt(Integer::intValue)
            .toArray();
    List<Batch> batches = new ArrayList<>();
    for (int from = 0; from < order.length; from += batchSize) {
      int to = Math.min(from + batchSize, order.length);
      batches.add(
          new Batch(
              new ArrayList<>(
                  IntStream.range(from, to).mapToObj(i -> prompts.get(order[i])).toList())));
    }
    List<int[]> made = collect(label, spec, adapter, batches, how, prompts.size());
    int[][] inOrder = new int[order.length][];
    for (int i = 0; i < order.length; i++) {
      inOrder[order[i]] = made.get(i);
    }
    return List.of(inOrder);
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
    int maxNewTokens = how.maxNewTokens();
    int endToken = how.endToken();
    LongAccumulator done = spark.sc().longAccumulator("generated");
    try (Progress progress = Progress.start("generate " + label, prompts, "reports")) {
      return WatchedJob.collect(
          spark
              .parallelize(batches, batches.size())
              .flatMap(
                  batch -> {
                    List<int[]> made =
                        Engines.shared(spec, hadoop.value().value())
                            .generate(
                                batch.prompts, sent.value(), new Decoding(maxNewTokens, endToken));
                    done.add(made.size());
                    return made.iterator();
                  }),
          done::sum,
          progress);
    } finally {
      sent.destroy();
      hadoop.destroy();
    }
  }
}
