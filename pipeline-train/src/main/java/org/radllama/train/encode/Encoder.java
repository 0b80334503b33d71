package org.radllama.train.encode;

import java.util.ArrayList;
import java.util.List;
import org.radllama.dataset.InstructionExample;
import org.radllama.train.engine.EncodedExample;
import org.radllama.train.tokenizer.LlamaTokenizer;

/**
 * Turns examples into what a model learns from, and counts what it shortens. Safe for several
 * threads.
 */
public abstract sealed class Encoder permits ExampleEncoder, ReportEncoder {
  final LlamaTokenizer tokenizer;
  final int maxLength;
  private final List<Truncation.Cut> cuts = new ArrayList<>();
  private long examples;

  /**
   * An encoder.
   *
   * @param maxLength longest example in tokens, with BOS and EOS
   */
  Encoder(LlamaTokenizer tokenizer, int maxLength) {
    this.tokenizer = tokenizer;
    this.maxLength = maxLength;
  }

  /**
   * Encodes an example.
   *
   * @param index the example's place in its split
   */
  public abstract EncodedExample encode(long index, InstructionExample example);

  /** Takes note of an example and of what it lost, if anything. */
  final synchronized void count(Truncation.Cut cut) {
    examples++;
    if (cut.lost()) {
      cuts.add(cut);
    }
  }

  /** What was shortened so far. */
  public final synchronized Truncation truncation() {
    return new Truncation(examples, cuts);
  }
}
