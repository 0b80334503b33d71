package org.radllama.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.ibm.icu.text.BreakIterator;
import com.ibm.icu.util.ULocale;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.radllama.dataset.NormalizedFindings;

class WordsTest {
  /** Letters, digits and marks of scripts with blanks, and those without. */
  private static final String WITH_BLANKS = "abz09éßЖяйІΣςάابةىّ٣אבגकािΑąİÅⅣ";

  private static final String LATIN = "abz09éß";
  private static final String WITHOUT = "カタ胸部検査左右なしはのเสียงໂຣក";

  @Test
  void breaksWhereTheUnicodeConsortiumsOwnLibraryDoes() {
    Random random = new Random(4);
    for (int round = 0; round < 5_000; round++) {
      String text = drawn(random, WITH_BLANKS + "  ");
      assertThat(starts(text)).as("words of %s", escaped(text)).isEqualTo(icu(text));
    }
  }

  /** A dictionary joins what the rules divide; it never divides what they join. */
  @Test
  void dividesWhereADictionaryDoesToo() {
    Random random = new Random(5);
    for (int round = 0; round < 5_000; round++) {
      String text = drawn(random, WITHOUT + LATIN + "  ");
      assertThat(starts(text)).as("words of %s", escaped(text)).containsAll(icu(text));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'No acute disease .', 4",
    "'胸部CT检查', 5",
    "'12 mm', 2",
    "'CT検査', 3",
    "'5mm結節', 3",
    "'検査CT', 3",
    "'Лёгкие без очагов', 3",
    "'左肺 clear', 3",
    "'   ', 0",
    "'한국어 보고서', 2"
  })
  void countsWords(String text, int words) {
    assertThat(Words.count(text)).isEqualTo(words);
  }

  private static String drawn(Random random, String from) {
    int[] codePoints = from.codePoints().toArray();
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(12); i >= 0; i--) {
      text.appendCodePoint(codePoints[random.nextInt(codePoints.length)]);
    }
    // A mark that no letter bears belongs to no word here.
    return text.toString().replaceAll("(^| )\\p{M}+", "$1");
  }

  private static Set<Integer> starts(String text) {
    Set<Integer> starts = new HashSet<>();
    Words.Part before = Words.Part.BREAK;
    for (int i = 0, c; i < text.length(); i += Character.charCount(c)) {
      c = text.codePointAt(i);
      Words.Part part = Words.part(c);
      if (part == Words.Part.MARK || part == Words.Part.IGNORED) {
        continue;
      }
      if (part != Words.Part.BREAK && Words.between(before, part)) {
        starts.add(i);
      }
      before = part;
    }
    return starts;
  }

  private static Set<Integer> icu(String text) {
    BreakIterator words = BreakIterator.getWordInstance(ULocale.ROOT);
    words.setText(text);
    Set<Integer> starts = new HashSet<>();
    for (int at = words.first(); at < text.length(); at = words.next()) {
      if (!Character.isWhitespace(text.codePointAt(at))) {
        starts.add(at);
      }
    }
    return starts;
  }

  private static String escaped(String text) {
    List<String> points = new ArrayList<>();
    text.codePoints().forEach(c -> points.add(Integer.toHexString(c)));
    return text + " " + points + " " + NormalizedFindings.of(text);
  }
}
