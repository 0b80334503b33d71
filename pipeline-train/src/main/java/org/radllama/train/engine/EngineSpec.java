package org.radllama.train.engine;

import java.io.Serializable;

/**
 * What an executor needs to open its engine.
 *
 * @param settings how it computes
 * @param baseModel a Hugging Face checkpoint directory (a Hadoop path), or empty with {@code Full},
 *     where every weight arrives in the flat vector
 * @param configJson the model's config.json, so that shapes are known without the weights
 * @param adaptation what is trained
 * @param threads that a call may use, at least 1: as many as the processors of its task
 */
public record EngineSpec(
    EngineSettings settings,
    String baseModel,
    String configJson,
    Adaptation adaptation,
    int threads)
    implements Serializable {

  /** The same model whose base lies elsewhere. */
  public EngineSpec at(String otherBaseModel) {
    return new EngineSpec(settings, otherBaseModel, configJson, adaptation, threads);
  }
}
