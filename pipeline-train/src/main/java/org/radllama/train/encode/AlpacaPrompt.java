package org.radllama.train.encode;

import java.util.Arrays;
import org.radllama.dataset.PromptTemplate;
import org.radllama.train.tokenizer.LlamaTokenizer;

/** {@link PromptTemplate} between the begin and the end token. */
public record AlpacaPrompt(LlamaTokenizer tokenizer) implements PromptFormat {
  @Override
  public String name() {
    return PromptTemplate.NAME;
  }

  @Override
  public int[] prompt(String instruction, String input) {
    int[] text = tokenizer.encode(PromptTemplate.prompt(instruction, input));
    int[] ids = new int[text.length + 1];
    ids[0] = tokenizer.bos();
    System.arraycopy(text, 0, ids, 1, text.length);
    return ids;
  }

  @Override
  public int[] answer(String instruction, String input, int[] prompt, String output) {
    int[] text = Arrays.copyOfRange(prompt, 1, prompt.length);
    int[] tail = tokenizer.encodeAfter(PromptTemplate.prompt(instruction, input), text, output);
    int[] ids = Arrays.copyOf(tail, tail.length + 1);
    ids[tail.length] = tokenizer.eos();
    return ids;
  }

  @Override
  public int end() {
    return tokenizer.eos();
  }
}
