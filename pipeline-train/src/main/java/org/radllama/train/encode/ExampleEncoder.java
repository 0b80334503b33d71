package org.radllama.train.encode;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.radllama.dataset.InstructionExample;
import org.radllama.dataset.PromptTemplate;
import org.radllama.failure.BadSettingException;
import org.radllama.train.engine.EncodedExample;
import org.radllama.train.retrieve.SimilarReports;
import org.radllama.train.retrieve.SimilarRule;
import org.radllama.train.tokenizer.LlamaTokenizer;

/**
 * Instruction examples for training and prompts for generation, where the output and the token that
 * ends it are the targets. The prompt's ids are the same with and without an output behind them.
 * Safe for several threads.
 *
 * <p>Similar reports stand before the input, the most similar last. What is too long loses them
 * first, the least similar of all, then words at the end of its background, then at the end of its
 * findings, so that what stands behind them stays and the output stays whole. Where that is not
 * enough the output loses its end, and the end token with it, since the model must not learn to
 * stop there. Each case is counted with the example's id.
 */
public final class ExampleEncoder extends Encoder {
  /** This rule's name for inputs of findings alone, recorded beside an adapter. */
  public static final String TRUNCATION = "findings-end-then-output-end";

  /** This rule's name for inputs with background. */
  public static final String BACKGROUND_TRUNCATION = "background-end-then-" + TRUNCATION;

  private static final String SIMILAR_TRUNCATION = "similar-reports-then-";

  private final PromptFormat format;
  private final SimilarReports similar;

  /**
   * An encoder with the {@link AlpacaPrompt}.
   *
   * @param maxLength longest example in tokens, with begin and end
   * @throws BadSettingException when not even the template fits
   */
  public ExampleEncoder(LlamaTokenizer tokenizer, int maxLength) {
    this(tokenizer, new AlpacaPrompt(tokenizer), SimilarReports.NONE, maxLength);
  }

  /**
   * An encoder.
   *
   * @param similar what is shown before each example
   * @param maxLength longest example in tokens, with begin and end
   * @throws BadSettingException when not even the template fits
   */
  public ExampleEncoder(
      LlamaTokenizer tokenizer, PromptFormat format, SimilarReports similar, int maxLength) {
    super(tokenizer, maxLength);
    this.format = format;
    this.similar = similar;
    checkRoom(format.prompt(PromptTemplate.INSTRUCTION, PromptTemplate.input("")).length, 2);
  }

  /** The rule's name for inputs of a kind. */
  public static String truncation(boolean background, SimilarRule similar) {
    String rule = background ? BACKGROUND_TRUNCATION : TRUNCATION;
    return similar.isNone() ? rule : SIMILAR_TRUNCATION + rule;
  }

  /**
   * Encodes an example.
   *
   * @param index the example's place in its split
   * @throws BadSettingException when its instruction leaves no room for the output
   */
  @Override
  public EncodedExample encode(long index, InstructionExample example) {
    Fitted fitted = whole(example);
    int[] tail = answer(example, fitted);
    if (fitted.prompt().length + tail.length > maxLength) {
      fitted = fitted(example, maxLength - tail.length);
      tail = answer(example, fitted);
    }
    int[] head = fitted.prompt();
    checkRoom(head.length, 1);
    int kept = Math.min(head.length + tail.length, maxLength);
    int[] tokens = Arrays.copyOf(head, kept);
    System.arraycopy(tail, 0, tokens, head.length, kept - head.length);
    count(fitted.cut(example.id(), head.length + tail.length - kept));
    return new EncodedExample(index, tokens, head.length);
  }

  private int[] answer(InstructionExample example, Fitted fitted) {
    return format.answer(example.instruction(), fitted.input(), fitted.prompt(), example.output());
  }

  /**
   * The prompt, for generation.
   *
   * @param reserved how many new tokens must fit behind it into the longest length
   * @throws BadSettingException when the template alone leaves no such room
   */
  public int[] prompt(InstructionExample example, int reserved) {
    Fitted fitted = whole(example);
    if (fitted.prompt().length + reserved > maxLength) {
      fitted = fitted(example, maxLength - reserved);
      checkRoom(fitted.prompt().length, reserved);
    }
    count(fitted.cut(example.id(), 0));
    return fitted.prompt();
  }

  private void checkRoom(int promptTokens, int behind) {
    if (promptTokens + behind > maxLength) {
      throw new BadSettingException(
          "max-length is %d, must be at least %d: the prompt without findings takes %d tokens and"
              + " %d more must fit after it",
          maxLength, promptTokens + behind, promptTokens, behind);
    }
  }

  /**
   * An input that may have lost something, as a prompt.
   *
   * @param similarReports how many similar reports it lost
   * @param backgroundTokens how many tokens its background lost
   * @param findingsTokens how many tokens its findings lost
   */
  private record Fitted(
      String input, int[] prompt, int similarReports, int backgroundTokens, int findingsTokens) {
    Truncation.Cut cut(String id, int outputTokens) {
      return new Truncation.Cut(id, similarReports, backgroundTokens, findingsTokens, outputTokens);
    }
  }

  private Fitted whole(InstructionExample example) {
    String input = behind(similar.before(example), example.input());
    return new Fitted(input, format.prompt(example.instruction(), input), 0, 0, 0);
  }

  /** The most similar stands last, next to what it is like. */
  private static String behind(List<String> similar, String input) {
    StringBuilder all = new StringBuilder();
    for (int i = similar.size() - 1; i >= 0; i--) {
      all.append(similar.get(i));
    }
    return all.append(input).toString();
  }

  /** As many words as fit into {@code room} tokens, maybe no findings at all. */
  private Fitted fitted(InstructionExample example, int room) {
    List<String> shown = similar.before(example);
    List<String> inputs = shortened(example);
    int own = inputs.size() - 1;
    for (int most = 1; most <= shown.size(); most++) {
      inputs.add(behind(shown.subList(0, most), example.input()));
    }
    int fits = 0;
    for (int low = 1, high = inputs.size() - 1; low <= high; ) {
      int middle = (low + high) >>> 1;
      if (format.prompt(example.instruction(), inputs.get(middle)).length <= room) {
        fits = middle;
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    String input = inputs.get(fits);
    int[] prompt = format.prompt(example.instruction(), input);
    if (fits >= own) {
      return new Fitted(input, prompt, shown.size() - (fits - own), 0, 0);
    }
    String findings = example.input().substring(PromptTemplate.backgroundLength(example));
    int withFindings =
        input.length() < findings.length()
            ? format.prompt(example.instruction(), findings).length
            : prompt.length;
    int whole = format.prompt(example.instruction(), example.input()).length;
    return new Fitted(
        input, prompt, shown.size(), whole - withFindings, withFindings - prompt.length);
  }

  /** What may be left of an input, the longer the later: the findings' words, then all before. */
  private static List<String> shortened(InstructionExample example) {
    int border = PromptTemplate.backgroundLength(example);
    String background = example.input().substring(0, border);
    String findings = example.input().substring(border);
    List<String> inputs = new ArrayList<>();
    int start = Math.max(0, findings.length() - example.findings().length());
    inputs.add(findings.substring(0, start));
    for (int end = start + 1; end <= findings.length(); end++) {
      if (isWordEnd(findings, end)) {
        inputs.add(findings.substring(0, end));
      }
    }
    for (int end = 1; end <= background.length(); end++) {
      if (isWordEnd(background, end) && !PromptTemplate.endsInHeading(background, end)) {
        inputs.add(background.substring(0, end) + "\n" + findings);
      }
    }
    return inputs;
  }

  private static boolean isWordEnd(String text, int at) {
    return !Character.isWhitespace(text.charAt(at - 1))
        && (at == text.length() || Character.isWhitespace(text.charAt(at)));
  }
}
