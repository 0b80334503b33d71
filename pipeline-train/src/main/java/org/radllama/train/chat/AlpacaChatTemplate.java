package org.radllama.train.chat;

import java.util.Arrays;
import java.util.Optional;
import org.radllama.dataset.PromptTemplate;
import org.radllama.train.tokenizer.LlamaTokenizer;

/**
 * {@link PromptTemplate} as a chat template, so that a server's chat endpoint sends a model exactly
 * what it was trained on: the user's message is an example's input, a system message in front takes
 * the place of the instruction.
 */
public final class AlpacaChatTemplate {
  /** In place of texts, to find where they stand. */
  private static final String INSTRUCTION = "\u0001";

  private static final String INPUT = "\u0002";

  private AlpacaChatTemplate() {}

  /**
   * The template in Jinja.
   *
   * @param begin what stands in front of a prompt: the begin token's spelling, and a blank for
   *     tokenizers that put none behind it
   * @param end the end token's spelling
   */
  public static String text(String begin, String end) {
    String prompt =
        literal(PromptTemplate.prompt(INSTRUCTION, INPUT))
            .replace(INSTRUCTION, "' + instruction + '")
            .replace(INPUT, "' + message['content'] + '");
    return "{{ "
        + literal(begin)
        + " }}{% if messages and messages[0]['role'] == 'system' %}"
        + "{% set instruction = messages[0]['content'] %}{% else %}{% set instruction = "
        + literal(PromptTemplate.INSTRUCTION)
        + " %}{% endif %}{% for message in messages %}{% if message['role'] == 'user' %}{{ "
        + prompt
        + " }}{% elif message['role'] == 'assistant' %}{{ message['content'] + "
        + literal(end)
        + " }}{% endif %}{% endfor %}";
  }

  /** A literal text; line breaks are escaped, since Jinja drops one at a template's end. */
  private static String literal(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'";
  }

  /**
   * The template for a tokenizer as transformers runs it, with which the ids of a rendered prompt
   * are those of training.
   *
   * @return empty where no template gives those ids
   */
  public static Optional<String> of(LlamaTokenizer tokenizer) {
    Optional<String> begin = tokenizer.spelling(tokenizer.bos());
    Optional<String> end = tokenizer.spelling(tokenizer.eos());
    if (begin.isEmpty() || end.isEmpty()) {
      return Optional.empty();
    }
    return prefix(tokenizer, begin.get()).map(prefix -> text(prefix, end.get()));
  }

  private static Optional<String> prefix(LlamaTokenizer tokenizer, String begin) {
    if (!tokenizer.marksSpecial()) {
      // Versions of transformers differ in what a tokenizer.model puts behind a special token.
      return Optional.empty();
    }
    String prompt = PromptTemplate.prompt(PromptTemplate.INSTRUCTION, PromptTemplate.input("A b."));
    int[] text = tokenizer.encode(prompt);
    int[] trained = new int[text.length + 1];
    trained[0] = tokenizer.bos();
    System.arraycopy(text, 0, trained, 1, text.length);
    for (String prefix : new String[] {begin, begin + " "}) {
      if (Arrays.equals(tokenizer.encodeMarked(prefix + prompt), trained)) {
        return Optional.of(prefix);
      }
    }
    return Optional.empty();
  }
}
