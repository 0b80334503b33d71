package org.radllama.train.encode;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.radllama.dataset.InstructionExample;
import org.radllama.dataset.PromptTemplate;
import org.radllama.failure.BadSettingException;
import org.radllama.train.engine.EncodedExample;
import org.radllama.train.tokenizer.LlamaTokenizer;

/**
 * Instruction examples for training and prompts for generation: BOS, prompt, output, EOS, where the
 * output and EOS are the targets. The prompt's ids are the same with and without an output behind
 * them. Safe for several threads.
 *
 * <p>What is too long loses words at the end of its findings, so that {@code ### Response:\n} stays
 * and the output stays whole. Where that is not enough the output loses its end, and EOS with it,
 * since the model must not learn to stop there. Each case is counted with the example's id.
 */
public final class ExampleEncoder extends Encoder {
  /** This rule's name, recorded beside an adapter. */
  public static final String TRUNCATION = "findings-end-then-output-end";

  /**
   * An encoder.
   *
   * @param maxLength longest example in tokens, with BOS and EOS
   * @throws BadSettingException when not even the template fits
   */
  public ExampleEncoder(LlamaTokenizer tokenizer, int maxLength) {
    super(tokenizer, maxLength);
    String template = PromptTemplate.prompt(PromptTemplate.INSTRUCTION, PromptTemplate.input(""));
    checkRoom(tokenizer.encode(template).length, 2);
  }

  /**
   * Encodes an example.
   *
   * @param index the example's place in its split
   * @throws BadSettingException when its instruction leaves no room for the output
   */
  @Override
  public EncodedExample encode(long index, InstructionExample example) {
    String prompt = PromptTemplate.prompt(example);
    int[] head = tokenizer.encode(prompt);
    int[] tail = tokenizer.encodeAfter(prompt, head, example.output());
    int wholeHead = head.length;
    if (head.length + tail.length + 2 > maxLength) {
      prompt = fitted(example, maxLength - 2 - tail.length);
      head = tokenizer.encode(prompt);
      tail = tokenizer.encodeAfter(prompt, head, example.output());
    }
    checkRoom(head.length, 1);
    int[] tokens = join(head, tail);
    int kept = Math.min(tokens.length, maxLength);
    count(example.id(), wholeHead - head.length, tokens.length - kept);
    return new EncodedExample(index, Arrays.copyOf(tokens, kept), head.length + 1);
  }

  /**
   * BOS and the prompt, for generation.
   *
   * @param reserved how many new tokens must fit behind it into the longest length
   * @throws BadSettingException when the template alone leaves no such room
   */
  public int[] prompt(InstructionExample example, int reserved) {
    int[] head = tokenizer.encode(PromptTemplate.prompt(example));
    int wholeHead = head.length;
    if (head.length + 1 + reserved > maxLength) {
      head = tokenizer.encode(fitted(example, maxLength - 1 - reserved));
      checkRoom(head.length, reserved);
    }
    count(example.id(), wholeHead - head.length, 0);
    return Arrays.copyOf(join(head, new int[0]), head.length + 1);
  }

  private void checkRoom(int promptTokens, int behind) {
    if (1 + promptTokens + behind > maxLength) {
      throw new BadSettingException(
          "max-length is %d, must be at least %d: the prompt without findings takes %d tokens and"
              + " %d more must fit around it",
          maxLength, 1 + promptTokens + behind, promptTokens, 1 + behind);
    }
  }

  /** The prompt with as many words of the findings as fit into {@code room} tokens, maybe none. */
  private String fitted(InstructionExample example, int room) {
    String input = example.input();
    List<Integer> ends = wordEnds(input, input.length() - example.findings().length());
    int fits = 0;
    for (int low = 1, high = ends.size() - 1; low <= high; ) {
      int middle = (low + high) >>> 1;
      if (tokenizer.encode(cut(example, ends.get(middle))).length <= room) {
        fits = middle;
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return cut(example, ends.get(fits));
  }

  /** Where the input may end: before its findings, or behind any word of theirs. */
  private static List<Integer> wordEnds(String input, int findingsStart) {
    int start = Math.max(0, findingsStart);
    return IntStream.concat(
            IntStream.of(start),
            IntStream.rangeClosed(start + 1, input.length()).filter(i -> wordEnd(input, i)))
        .boxed()
        .toList();
  }

  private static boolean wordEnd(String text, int at) {
    return !Character.isWhitespace(text.charAt(at - 1))
        && (at == text.length() || Character.isWhitespace(text.charAt(at)));
  }

  private static String cut(InstructionExample example, int end) {
    return PromptTemplate.prompt(example.instruction(), example.input().substring(0, end));
  }
}
