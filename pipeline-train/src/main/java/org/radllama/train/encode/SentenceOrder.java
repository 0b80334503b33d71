package org.radllama.train.encode;

import java.util.ArrayList;
import java.util.List;
import org.radllama.dataset.InstructionExample;
import org.radllama.random.CounterRandom;

/**
 * Examples with the sentences of their findings in another order, which says the same: a small
 * corpus cannot be learnt by heart so soon.
 */
public final class SentenceOrder {
  private SentenceOrder() {}

  /**
   * An example with shuffled findings; all else stays. Findings of one sentence stay as they are.
   *
   * @param key decides the order
   */
  public static InstructionExample shuffled(InstructionExample example, long key) {
    List<String> sentences = sentences(example.findings());
    for (int i = sentences.size() - 1; i > 0; i--) {
      int other = (int) (CounterRandom.unit(key, i) * (i + 1));
      sentences.set(i, sentences.set(other, sentences.get(i)));
    }
    String findings = String.join(" ", sentences);
    int before = Math.max(0, example.input().length() - example.findings().length());
    return new InstructionExample(
        example.id(),
        example.source(),
        example.patient(),
        example.instruction(),
        example.input().substring(0, before) + findings,
        example.output(),
        findings,
        example.impression(),
        example.label());
  }

  /**
   * Ends behind a full stop, question or exclamation mark that white space follows; the number of a
   * list, such as {@code 1.}, stays with what it counts. White space between them is left out.
   */
  static List<String> sentences(String text) {
    List<String> sentences = new ArrayList<>();
    int from = 0;
    for (int i = 1; i <= text.length(); i++) {
      boolean ends =
          i == text.length()
              || (Character.isWhitespace(text.charAt(i))
                  && ".?!".indexOf(text.charAt(i - 1)) >= 0
                  && !text.substring(from, i - 1).strip().chars().allMatch(Character::isDigit));
      if (ends) {
        String sentence = text.substring(from, i).strip();
        if (!sentence.isEmpty()) {
          sentences.add(sentence);
        }
        from = i;
      }
    }
    return sentences;
  }
}
