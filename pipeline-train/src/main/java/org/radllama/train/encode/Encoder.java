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

  /** BOS, head, tail, EOS. */
  final int[] join(int[] head, int[] tail) {
    int[] tokens = new int[head.length + tail.length + 2];
    tokens[0] = tokenizer.bos();
    System.arraycopy(head, 0, tokens, 1, head.length);
    System.arraycopy(tail, 0, tokens, head.length + 1, tail.length);
    tokens[tokens.length - 1] = tokenizer.eos();
    return tokens;
  }

  /** Takes note of an example, and of how many tokens it lost, if any. */
  final synchronized void count(String id, int inputTokens, int outputTokens) {
    examples++;
    if (inputTokens > 0 || outputTokens > 0) {
      cuts.add(new Truncation.Cut(id, inputTokens, outputTokens));
    }
  }

  /** What was shortened so far. */
  public final synchronized Truncation truncation() {
    return new Truncation(examples, cuts);
  }
}
