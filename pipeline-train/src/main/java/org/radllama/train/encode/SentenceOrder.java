package org.radllama.train.encode;

import java.util.List;
import org.radllama.dataset.InstructionExample;
import org.radllama.random.CounterRandom;
import org.radllama.text.Sentences;

/**
 * Examples with the sentences of their findings in another order, which says the same: a small
 * corpus is not memorised so soon.
 */
public final class SentenceOrder {
  private SentenceOrder() {}

  /**
   * An example with shuffled findings; all else stays. Findings of one sentence stay as they are.
   *
   * @param key decides the order
   */
  public static InstructionExample shuffled(InstructionExample example, long key) {
    List<String> sentences = Sentences.of(example.findings());
    for (int i = sentences.size() - 1; i > 0; i--) {
      int other = (int) (CounterRandom.unit(key, i) * (i + 1));
      sentences.set(i, sentences.set(other, sentences.get(i)));
    }
    String findings = String.join(" ", sentences);
    int before = Math.max(0, example.input().length() - example.findings().length());
    return example.withFindings(example.input().substring(0, before) + findings, findings);
  }
}
