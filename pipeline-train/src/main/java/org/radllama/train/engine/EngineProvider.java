package org.radllama.train.engine;

import org.apache.hadoop.conf.Configuration;

/** Opens one kind of engine; found as a Java service. */
public interface EngineProvider {
  /** The value of {@code engine} in the configuration that asks for it. */
  String name();

  /** Whether this machine can run it. */
  boolean available();

  /** One clause on why {@code auto} takes it here. */
  String why();

  /** No device in particular. */
  int ANY_DEVICE = -1;

  /** Makes the calling thread compute on one GPU; what has none ignores it. */
  default void bind(int device) {}

  /** Loads the base and makes the engine ready. */
  LoraEngine open(EngineSpec spec, Configuration hadoop);
}
