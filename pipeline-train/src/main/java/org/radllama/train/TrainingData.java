package org.radllama.train;

import static org.radllama.text.Format.format;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.radllama.dataset.InstructionDataset;
import org.radllama.dataset.InstructionExample;
import org.radllama.dataset.Split;
import org.radllama.random.CounterRandom;
import org.radllama.run.JobFailure;
import org.radllama.train.encode.Encoder;
import org.radllama.train.encode.ExampleEncoder;
import org.radllama.train.encode.PromptFormat;
import org.radllama.train.encode.ReportEncoder;
import org.radllama.train.encode.SentenceOrder;
import org.radllama.train.encode.Truncation;
import org.radllama.train.engine.EncodedExample;
import org.radllama.train.engine.MicroBatch;
import org.radllama.train.retrieve.SimilarReports;
import org.radllama.train.step.BatchPlan;
import org.radllama.train.tokenizer.LlamaTokenizer;

/**
 * A dataset as token ids, in published order, the train split once for each order of sentences. It
 * is held by the driver: about 1 KB an example, so MIMIC-CXR's train split takes some 130 MB.
 *
 * @param validate empty where the dataset has no such split
 * @param truncation what was shortened in both
 */
record TrainingData(
    List<EncodedExample> train, List<EncodedExample> validate, Truncation truncation) {

  /** Both splits; similar reports are looked for on the executors. */
  static TrainingData encode(
      JavaSparkContext spark,
      InstructionDataset dataset,
      LlamaTokenizer tokenizer,
      PromptFormat format,
      TrainConfig config)
      throws IOException {
    List<InstructionExample> train = dataset.read(Split.TRAIN);
    if (train.isEmpty()) {
      throw JobFailure.input("--dataset: the train split is empty");
    }
    List<InstructionExample> validate = dataset.read(Split.VALIDATE);
    List<InstructionExample> all = new ArrayList<>(train);
    all.addAll(validate);
    SimilarReports similar = SimilarReports.find(spark, config.similar(), train, all);
    return encode(train, validate, similar, tokenizer, format, config);
  }

  static TrainingData encode(
      List<InstructionExample> train,
      List<InstructionExample> validate,
      SimilarReports similar,
      LlamaTokenizer tokenizer,
      PromptFormat format,
      TrainConfig config) {
    int maxLength = config.batches().maxLength();
    Encoder encoder =
        config.objective() == TrainConfig.Objective.REPORT
            ? new ReportEncoder(tokenizer, maxLength)
            : new ExampleEncoder(tokenizer, format, similar, maxLength);
    return new TrainingData(
        all(reordered(train, config), encoder), all(validate, encoder), encoder.truncation());
  }

  /** The examples as they are, then as often as asked for with their sentences in other orders. */
  private static List<InstructionExample> reordered(
      List<InstructionExample> train, TrainConfig config) {
    List<InstructionExample> all = new ArrayList<>(train);
    for (int copy = 1; copy < config.batches().sentenceOrders(); copy++) {
      long key = CounterRandom.key(config.seed(), copy);
      for (int i = 0; i < train.size(); i++) {
        all.add(SentenceOrder.shuffled(train.get(i), CounterRandom.key(key, i)));
      }
    }
    return all;
  }

  private static List<EncodedExample> all(List<InstructionExample> examples, Encoder encoder) {
    return IntStream.range(0, examples.size())
        .parallel()
        .mapToObj(i -> encoder.encode(i, examples.get(i)))
        .toList();
  }

  /**
   * Refuses ids that the model has no rows for, which a chat template may bring.
   *
   * @param rows of the model's embedding
   */
  void requireRows(int rows) {
    int most =
        Stream.concat(train.stream(), validate.stream())
            .flatMapToInt(example -> IntStream.of(example.tokens()))
            .max()
            .orElse(0);
    if (most >= rows) {
      throw JobFailure.input(
          format("the prompt has a token of id %d, the model's embedding %d rows", most, rows));
    }
  }

  /** The order of the train split's steps. */
  BatchPlan plan(TrainConfig config) {
    TrainConfig.Batches b = config.batches();
    OptionalLong seed = b.shuffle() ? OptionalLong.of(config.seed()) : OptionalLong.empty();
    return new BatchPlan(lengths(train), b.batchSize(), b.microBatchTokens(), b.epochs(), seed);
  }

  /** The micro-batches of a step of the train split. */
  List<MicroBatch> step(BatchPlan plan, int step) {
    return micro(train, plan.microBatches(step));
  }

  /** The validate split in micro-batches. */
  List<MicroBatch> validation(int microBatchTokens) {
    int[] every = IntStream.range(0, validate.size()).toArray();
    return micro(validate, BatchPlan.balanced(every, lengths(validate), microBatchTokens));
  }

  private static List<MicroBatch> micro(List<EncodedExample> from, List<int[]> groups) {
    return groups.stream()
        .map(g -> new MicroBatch(IntStream.of(g).mapToObj(from::get).toList()))
        .toList();
  }

  private static int[] lengths(List<EncodedExample> examples) {
    return examples.stream().mapToInt(e -> e.tokens().length).toArray();
  }
}
