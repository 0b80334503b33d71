package org.radllama.train.engine;

import java.io.Serializable;

/**
 * What an executor needs to open its engine.
 *
 * @param settings how it computes
 * @param baseModel a Hugging Face checkpoint directory or a GGUF file (a Hadoop path), or empty
 *     with {@code Full}, where every weight arrives in the flat vector
 * @param stored the number format of its matrices
 * @param configJson the model's config.json, so that shapes are known without the weights
 * @param adaptation what is trained
 * @param threads that a call may use, at least 1: as many as the processors of its task
 * @param forwardOnly whether nobody asks this engine for gradients, so that it may hold the base in
 *     the layout that is fastest for products
 */
public record EngineSpec(
    EngineSettings settings,
    String baseModel,
    Precision stored,
    String configJson,
    Adaptation adaptation,
    int threads,
    boolean forwardOnly)
    implements Serializable {
  /** An engine for training. */
  public EngineSpec(
      EngineSettings settings,
      String baseModel,
      Precision stored,
      String configJson,
      Adaptation adaptation,
      int threads) {
    this(settings, baseModel, stored, configJson, adaptation, threads, false);
  }

  /** How the frozen base, if there is one, is held by kernels that compute with every precision. */
  public Precision precision() {
    return adaptation instanceof Adaptation.Full
        ? Precision.F32
        : settings.basePrecision().of(stored);
  }

  /** The same, for an engine that is only asked for what a model writes. */
  public EngineSpec generating() {
    return new EngineSpec(settings, baseModel, stored, configJson, adaptation, threads, true);
  }

  /** The same model whose base lies elsewhere. */
  public EngineSpec at(String otherBaseModel) {
    return new EngineSpec(
        settings, otherBaseModel, stored, configJson, adaptation, threads, forwardOnly);
  }
}
