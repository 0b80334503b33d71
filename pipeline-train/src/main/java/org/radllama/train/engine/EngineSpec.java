package org.radllama.train.engine;

import java.io.Serializable;

/**
 * What an executor needs to open its engine.
 *
 * @param engine {@code auto}, {@code dl4j} or {@code cuda}
 * @param kernels {@code auto}, {@code fused} or {@code ndarray}: what the dl4j engine computes with
 * @param basePrecision {@code f32}, {@code bf16}, {@code fp16} or {@code int8}: how the frozen
 *     weights are held in memory
 * @param baseModel a Hugging Face checkpoint directory (a Hadoop path), or empty with {@code Full},
 *     where every weight arrives in the flat vector
 * @param configJson the model's config.json, so that shapes are known without the weights
 * @param adaptation what is trained
 * @param recompute {@code auto}, {@code on} or {@code off}: recompute each block in the backward
 *     pass instead of keeping its inside
 * @param threads that a call may use, at least 1: as many as the processors of its task
 */
public record EngineSpec(
    String engine,
    String kernels,
    String basePrecision,
    String baseModel,
    String configJson,
    Adaptation adaptation,
    String recompute,
    int threads)
    implements Serializable {

  /** For calls that work alone. */
  public EngineSpec(
      String engine,
      String kernels,
      String basePrecision,
      String baseModel,
      String configJson,
      Adaptation adaptation,
      String recompute) {
    this(engine, kernels, basePrecision, baseModel, configJson, adaptation, recompute, 1);
  }

  /** The same model whose base lies elsewhere. */
  public EngineSpec at(String otherBaseModel) {
    return new EngineSpec(
        engine, kernels, basePrecision, otherBaseModel, configJson, adaptation, recompute, threads);
  }
}
