package org.radllama.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.text.Normalizer;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NormalizedFindingsTest {

  /** Of ASCII text nothing else is left than what the published comparisons keep. */
  @Test
  void keepsOfAsciiWhatTheStatedRegularExpressionsKeep() {
    Random random = new Random(3);
    for (int round = 0; round < 20_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(30); i > 0; i--) {
        text.append(random.nextInt(6) == 0 ? '_' : (char) random.nextInt(128));
      }
      assertThat(NormalizedFindings.of(text.toString()))
          .isEqualTo(
              text.toString()
                  .toLowerCase(Locale.ROOT)
                  .replace("___", " xxxx ")
                  .replaceAll("[^a-z0-9]+", " ")
                  .strip());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'Лёгкие: БЕЗ очагов, 12 мм.', 'лёгкие без очагов 12 мм'",
    "'ΠΝΕΎΜΟΝΑΣ — πνεύμονας', 'πνεύμονασ πνεύμονασ'",
    "'انصباب جنبي أيسر؛ 12 mm', 'انصباب جنبي أيسر 12 mm'",
    "'双肺CT清晰,未见12mm结节。', '双 肺 ct 清 晰 未 见 12mm 结 节'",
    "'폐 결절 12mm', '폐 결절 12mm'",
    "'फेफड़े साफ', 'फेफड़े साफ'",
    "'Ärztin in Röntgen', 'ärztin in röntgen'",
    "'___ né le ___', 'xxxx né le xxxx'",
    "'5 cm² Ⅱ', '5 cm² ⅱ'"
  })
  void keepsLettersDigitsAndMarksOfEveryScript(String text, String words) {
    String composed = Normalizer.normalize(words, Normalizer.Form.NFC);
    assertThat(NormalizedFindings.of(text)).isEqualTo(composed);
    String decomposed = Normalizer.normalize(text, Normalizer.Form.NFD);
    assertThat(NormalizedFindings.of(decomposed)).isEqualTo(composed);
    assertThat(NormalizedFindings.of(text.toUpperCase(Locale.ROOT))).isEqualTo(composed);
  }

  @Test
  void seesNoDifferenceInInvisibleCharacters() {
    assertThat(NormalizedFindings.of("\ufeffمی\u200cشود")).isEqualTo("میشود");
    assertThat(NormalizedFindings.of("a\u200bb")).isEqualTo("a b");
    assertThat(NormalizedFindings.of("\u0301 .")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "there is no pneumothorax, there is pneumothorax, true",
    "small left effusion, small right effusion, true",
    "left effusion and right nodule, right effusion and left nodule, true",
    "small left effusion, tiny left effusion, false",
    "очагов нет, очагов, true",
    "в левой доле, в правой доле, true",
    "左 肺 结 节, 右 肺 结 节, true",
    "sin derrame, con derrame, true",
    "kein erguss, ein erguss, true",
    "δεν υπάρχει, υπάρχει, true",
    "normal heart, normal heart size, false"
  })
  void seesContradictions(String a, String b, boolean contradict) {
    assertThat(PolarityWords.signature(a) != PolarityWords.signature(b)).isEqualTo(contradict);
  }
}
