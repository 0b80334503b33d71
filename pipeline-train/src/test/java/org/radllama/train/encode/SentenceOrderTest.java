package org.radllama.train.encode;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.radllama.dataset.InstructionExample;
import org.radllama.text.Sentences;

class SentenceOrderTest {
  private static final String FINDINGS =
      "Clear lungs.  Is there air? 1. Old rib fracture 2.5 cm long. 2. No mass! Heart is normal";

  private static InstructionExample example(String findings) {
    return new InstructionExample(
        "a/1",
        "a",
        "1",
        "Derive.",
        "Findings: " + findings,
        "Out. Two.",
        findings,
        "Out. Two.",
        "normal");
  }

  @Test
  void sentencesEndBeforeWhiteSpaceAndNumbersStayWithWhatTheyCount() {
    assertThat(Sentences.of(FINDINGS))
        .containsExactly(
            "Clear lungs.",
            "Is there air?",
            "1. Old rib fracture 2.5 cm long.",
            "2. No mass!",
            "Heart is normal");
    assertThat(Sentences.of(" ")).isEmpty();
  }

  /**
   * All orders of three sentences appear, each of them in the prompt too, and nothing else changes.
   */
  @Test
  void everyOrderAppearsAndNothingIsLost() {
    InstructionExample given = example("One. Two. Three.");
    Set<String> orders = new HashSet<>();
    LongStream.range(0, 60)
        .forEach(
            key -> {
              InstructionExample shuffled = SentenceOrder.shuffled(given, key);
              orders.add(shuffled.findings());
              assertThat(Sentences.of(shuffled.findings()))
                  .containsExactlyInAnyOrder("One.", "Two.", "Three.");
              assertThat(shuffled)
                  .usingRecursiveComparison()
                  .ignoringFields("findings", "input")
                  .isEqualTo(given);
              assertThat(shuffled.input()).isEqualTo("Findings: " + shuffled.findings());
              assertThat(SentenceOrder.shuffled(given, key)).isEqualTo(shuffled);
            });
    assertThat(orders).hasSize(6);
    for (String findings : List.of("", "One.", "no stop")) {
      assertThat(SentenceOrder.shuffled(example(findings), 5)).isEqualTo(example(findings));
    }
  }
}
