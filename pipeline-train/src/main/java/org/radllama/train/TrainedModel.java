package org.radllama.train;

import static org.radllama.text.Format.format;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.radllama.failure.BadSettingException;
import org.radllama.run.JobFailure;
import org.radllama.train.checkpoint.BaseModel;
import org.radllama.train.cluster.MemoryNeed;
import org.radllama.train.engine.Adaptation;
import org.radllama.train.engine.EngineSpec;
import org.radllama.train.engine.Engines;
import org.radllama.train.engine.ParameterLayout;
import org.radllama.train.engine.Precision;
import org.radllama.train.llama.LlamaConfig;
import org.radllama.train.llama.LlamaWeights;
import org.radllama.train.llama.RandomWeights;
import org.radllama.train.peft.LoraInitializer;
import org.radllama.train.peft.PeftAdapter;
import org.radllama.train.step.SparkGradients;
import org.radllama.train.tokenizer.LlamaTokenizer;

/**
 * The model of a run: its shape and the flat vector that the training changes.
 *
 * @param stored the number format of the base's matrices; f32 without a base
 * @param values the trainable numbers in {@code layout}'s order; the live array, empty in a plan
 * @param baseName what the base is called: the setting {@code base-model-id}, else {@code
 *     _name_or_path} of its {@code config.json} where that is a model's id on a hub, else empty.
 *     Never where it is: that differs from machine to machine
 * @param baseSha256 of the base's files, empty in a plan and without a base
 */
record TrainedModel(
    LlamaConfig llama,
    Adaptation adaptation,
    ParameterLayout layout,
    Precision stored,
    float[] values,
    String baseName,
    String baseSha256) {

  /** The shape alone, nothing loaded. */
  static TrainedModel plan(Configuration hadoop, TrainConfig config, LlamaTokenizer tokenizer)
      throws IOException {
    if (config.inputs().baseModel().isEmpty()) {
      LlamaConfig own =
          config.shape().model().with(tokenizer.size(), tokenizer.bos(), tokenizer.eos());
      return plan(config, own, Precision.F32);
    }
    try (BaseModel base = BaseModel.open(hadoop, config.inputs().baseModel().get())) {
      return plan(config, base.config(), base.precision());
    }
  }

  private static TrainedModel plan(TrainConfig config, LlamaConfig llama, Precision stored) {
    ParameterLayout layout = LlamaWeights.layout(llama, config.adaptation());
    if (layout.parameterCount() > SparkGradients.MOST_PARAMETERS) {
      throw new BadSettingException(
          format(
              "%d parameters of this model would be trained, but a task can send a gradient of at most %d: use method = lora, or a smaller lora.rank",
              layout.parameterCount(), SparkGradients.MOST_PARAMETERS));
    }
    return new TrainedModel(llama, config.adaptation(), layout, stored, new float[0], "", "");
  }

  /** With the numbers to begin with. */
  static TrainedModel start(Configuration hadoop, TrainConfig config, LlamaTokenizer tokenizer)
      throws IOException {
    TrainedModel plan = plan(hadoop, config, tokenizer);
    if (config.inputs().baseModel().isEmpty()) {
      double deviation = config.shape().initialiserRange();
      return plan.with(RandomWeights.values(plan.layout, deviation, config.seed()), "", "");
    }
    try (BaseModel base = BaseModel.open(hadoop, config.inputs().baseModel().get())) {
      float[] values =
          config.adaptation() instanceof Adaptation.Lora lora
              ? plan.adapter(hadoop, config, lora)
              : base.read(plan.layout);
      String name = config.inputs().baseModelId().orElseGet(base::hubId);
      return plan.with(values, name, base.sha256());
    }
  }

  private float[] adapter(Configuration hadoop, TrainConfig config, Adaptation.Lora lora)
      throws IOException {
    if (config.inputs().initAdapter().isEmpty()) {
      return LoraInitializer.values(layout, config.seed());
    }
    PeftAdapter given = PeftAdapter.load(hadoop, config.inputs().initAdapter().get(), llama);
    if (!LlamaWeights.layout(llama, given.adaptation()).equals(layout)) {
      throw JobFailure.usage(
          format(
              "--init-adapter has rank %d on %s, lora {} asks for rank %d on %s",
              given.adaptation().rank(),
              given.adaptation().targets(),
              lora.rank(),
              lora.targets()));
    }
    return given.values();
  }

  private TrainedModel with(float[] numbers, String base, String sha256) {
    return new TrainedModel(llama, adaptation, layout, stored, numbers, base, sha256);
  }

  /** Refuses a tokenizer or a length that the model has no room for. */
  void requireRoomFor(LlamaTokenizer tokenizer, TrainConfig config) {
    int maxLength = config.batches().maxLength();
    tokenizer.requireRows(llama.vocabularySize(), config.inputs().tokenizer());
    if (maxLength > llama.maxPositions()) {
      throw JobFailure.usage(
          format(
              "max-length is %d, the model was made for at most %d positions",
              maxLength, llama.maxPositions()));
    }
  }

  /** What executors open. */
  EngineSpec spec(TrainConfig config) {
    return new EngineSpec(
        config.engine(),
        adaptation instanceof Adaptation.Full ? "" : config.cluster().executorBaseModel(),
        stored,
        llama.toJson(),
        adaptation,
        1);
  }

  private long baseParameters() {
    return LlamaWeights.tensors(llama).values().stream()
        .mapToLong(shape -> shape.stream().mapToLong(n -> n).reduce(1, Math::multiplyExact))
        .sum();
  }

  /** What it takes to train it. */
  MemoryNeed need(TrainConfig config) {
    TrainConfig.Batches batches = config.batches();
    int tokens = Math.min(batches.microBatchTokens(), batches.batchSize() * batches.maxLength());
    return new MemoryNeed(
        (long) layout.parameterCount() * Float.BYTES,
        Engines.provider(config.engine().engine()).training(spec(config), tokens));
  }

  void explain(ObjectNode plan, TrainConfig config) {
    MemoryNeed need = need(config);
    plan.put("model_parameters", baseParameters());
    plan.put("trained_parameters", layout.parameterCount());
    plan.put("base_precision", spec(config).precision().label());
    plan.put("frozen_base_mb_per_executor", need.engine().base() >> 20);
    plan.put("vectors_mb_per_slot", (2 * need.vector()) >> 20);
    plan.put("intermediates_mb_per_slot", need.engine().intermediates() >> 20);
    plan.put("estimated_memory_mb_of_one_slot", need.engine().perExecutor(1) >> 20);
    plan.put("executor_heap_mb_with_one_slot", need.executorHeap(1) >> 20);
    plan.put("optimiser_mb_on_driver", (4 * need.vector()) >> 20);
    plan.put("driver_heap_mb", need.driverHeap(1) >> 20);
    plan.put("micro_batch_tokens", config.batches().microBatchTokens());
  }
}
