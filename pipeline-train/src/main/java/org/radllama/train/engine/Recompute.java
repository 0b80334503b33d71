package org.radllama.train.engine;

/** Whether a block's inside is computed again in the backward pass instead of being kept. */
public enum Recompute {
  /** When keeping every block's inside would take more than 1 GiB. */
  AUTO,
  ON,
  OFF
}
