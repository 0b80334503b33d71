package org.radllama.train.encode;

import org.radllama.dataset.InstructionExample;
import org.radllama.train.engine.EncodedExample;

/** Turns examples into what a model learns from. Safe for several threads. */
public interface Encoder {
  /**
   * Encodes an example.
   *
   * @param index the example's place in its split
   */
  EncodedExample encode(long index, InstructionExample example);

  /** What was shortened so far. */
  Truncation truncation();
}
