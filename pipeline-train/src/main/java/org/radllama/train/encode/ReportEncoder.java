package org.radllama.train.encode;

import java.util.Arrays;
import org.radllama.dataset.InstructionExample;
import org.radllama.failure.BadSettingException;
import org.radllama.train.engine.EncodedExample;
import org.radllama.train.tokenizer.LlamaTokenizer;

/**
 * Reports for language modelling (objective {@code report}): BOS, the report's text, EOS, and every
 * token after BOS is a target. Safe for several threads.
 */
public final class ReportEncoder extends Encoder {
  /** The two sections under their names, one a line. */
  private static final String FORMAT = "Findings: %s\nImpression: %s";

  /**
   * An encoder.
   *
   * @param maxLength longest example in tokens, with BOS and EOS; at least 3
   * @throws BadSettingException for less
   */
  public ReportEncoder(LlamaTokenizer tokenizer, int maxLength) {
    super(tokenizer, maxLength);
    if (maxLength < 3) {
      throw new BadSettingException("max-length is %d, must be at least 3", maxLength);
    }
  }

  /**
   * Encodes one report. One that is too long loses its end, and its EOS with it, since it does not
   * end there.
   *
   * @param index the report's place in its split
   */
  @Override
  public EncodedExample encode(long index, InstructionExample example) {
    int[] text = tokenizer.encode(FORMAT.formatted(example.findings(), example.impression()));
    int[] tokens = new int[text.length + 2];
    tokens[0] = tokenizer.bos();
    System.arraycopy(text, 0, tokens, 1, text.length);
    tokens[tokens.length - 1] = tokenizer.eos();
    int lost = Math.max(0, tokens.length - maxLength);
    count(new Truncation.Cut(example.id(), 0, 0, lost, 0));
    return new EncodedExample(index, Arrays.copyOf(tokens, tokens.length - lost), 1);
  }
}
