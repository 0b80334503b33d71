package org.radllama.train.engine;

import java.io.Serializable;

/**
 * What an executor needs to open its engine.
 *
 * @param engine {@code auto}, {@code dl4j} or {@code cuda}
 * @param kernels {@code auto}, {@code fused} or {@code ndarray}: what the dl4j engine computes with
 * @param baseModel a Hugging Face checkpoint directory (a Hadoop path), or empty with {@code Full},
 *     where every weight arrives in the flat vector
 * @param configJson the model's config.json, so that shapes are known without the weights
 * @param adaptation what is trained
 * @param recompute {@code auto}, {@code on} or {@code off}: recompute each block in the backward
 *     pass instead of keeping its inside
 */
public record EngineSpec(
    String engine,
    String kernels,
    String baseModel,
    String configJson,
    Adaptation adaptation,
    String recompute)
    implements Serializable {
  /** The same model whose base lies elsewhere. */
  public EngineSpec at(String otherBaseModel) {
    return new EngineSpec(engine, kernels, otherBaseModel, configJson, adaptation, recompute);
  }
}
