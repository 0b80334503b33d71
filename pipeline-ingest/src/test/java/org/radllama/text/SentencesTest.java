package org.radllama.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SentencesTest {
  @Test
  void endBehindMarksThatWhiteSpaceFollows() {
    assertThat(Sentences.of(" The heart is 1.5 cm wide.  No effusion?\nClear! See Dr.XXXX. end"))
        .containsExactly(
            "The heart is 1.5 cm wide.", "No effusion?", "Clear!", "See Dr.XXXX.", "end");
    assertThat(Sentences.of("1. Clear. 2. No effusion."))
        .containsExactly("1. Clear.", "2. No effusion.");
    assertThat(Sentences.of("")).isEmpty();
    assertThat(Sentences.of(" \n")).isEmpty();
  }

  @Test
  void theFirstIsTheFirstOfAll() {
    for (String text :
        List.of(" 1. Clear. Normal.", "Clear", "Clear.", ". . a", "2.", "A.B. c? d", " x!\ty. ")) {
      assertThat(Sentences.first(text)).isEqualTo(Sentences.of(text).get(0));
    }
    assertThat(Sentences.first(" ")).isEmpty();
  }

  @Test
  void everyPeriodEndsOneUnderThePublishedRule() {
    assertThat(Sentences.period("1.5 cm. Dr", 0)).isEqualTo(1);
    assertThat(Sentences.period("1.5 cm. Dr", 2)).isEqualTo(6);
    assertThat(Sentences.period("1.5 cm. Dr", 7)).isEqualTo(10);
  }

  @Test
  void statementsEndAtMarksButNotInNumbersAndAtTheItemsOfLists() {
    String text = "1.5 cm; a.b\nc\n\nd\n- e\n2 f?";
    List<Integer> ends =
        IntStream.range(0, text.length())
            .filter(i -> Sentences.endsStatement(text, i))
            .boxed()
            .toList();
    assertThat(ends)
        .containsExactly(
            text.indexOf(';'),
            text.indexOf("a.b") + 1,
            text.indexOf("\n\n"),
            text.indexOf("\n-"),
            text.indexOf("\n2"),
            text.indexOf('?'));
    assertThat(Sentences.endsStatement(".5", 0)).isTrue();
    assertThat(Sentences.endsStatement("5.", 1)).isTrue();
  }
}
