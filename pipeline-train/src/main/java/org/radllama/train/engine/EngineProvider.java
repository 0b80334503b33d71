package org.radllama.train.engine;

import org.apache.hadoop.conf.Configuration;
import org.radllama.train.engine.EngineSettings.EngineKind;

/** Opens one kind of engine; found as a Java service. */
public interface EngineProvider {
  /** The kind that it opens. */
  EngineKind kind();

  /** Whether this machine can run it. */
  boolean available();

  /** One clause on why {@code auto} takes it here. */
  String why();

  /** No device in particular. */
  int ANY_DEVICE = -1;

  /** Makes the calling thread compute on one GPU, or any; what has none ignores it. */
  default void bind(int device) {}

  /** Loads the base and makes the engine ready. */
  LoraEngine open(EngineSpec spec, Configuration hadoop);

  /**
   * What training takes.
   *
   * @param tokens of a micro-batch
   */
  MemoryEstimate training(EngineSpec spec, int tokens);

  /**
   * What generation takes.
   *
   * @param texts continued together
   * @param prompt tokens of each text's prompt
   * @param length tokens of each text with what is added
   */
  MemoryEstimate generation(EngineSpec spec, int texts, int prompt, int length);
}
