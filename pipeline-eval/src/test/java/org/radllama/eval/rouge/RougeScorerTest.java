package org.radllama.eval.rouge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RougeScorerTest {
  private static final List<RougeType> ALL =
      Stream.of("rouge1", "rouge2", "rouge3", "rouge5", "rouge9", "rougeL", "rougeLsum")
          .map(RougeType::of)
          .toList();

  @Test
  void equalsBruteForceOnRandomPairs() {
    Random random = new Random(5);
    for (boolean stemming : new boolean[] {false, true}) {
      RougeScorer scorer = new RougeScorer(ALL, stemming);
      for (int i = 0; i < 4000; i++) {
        int longest = i % 100 == 0 ? 400 : i % 3 == 0 ? 80 : 12;
        String target = text(random, longest);
        String prediction = i % 7 == 0 ? shuffled(target, random) : text(random, longest);
        List<RougeScore> scores = scorer.score(target, prediction);
        for (int k = 0; k < ALL.size(); k++) {
          String label = ALL.get(k).label();
          assertThat(scores.get(k))
              .as("%s of pair %d", label, i)
              .isEqualTo(BruteForceRouge.score(label, target, prediction, stemming));
        }
      }
    }
  }

  /** Values of rouge_score's own code, made by src/test/scripts/rouge-scores.py. */
  @Test
  void equalsTheReferenceToTheLastBit() throws IOException {
    List<RougeType> types =
        Stream.of("rouge1", "rouge2", "rouge3", "rougeL", "rougeLsum").map(RougeType::of).toList();
    RougeScorer stemmed = new RougeScorer(types, true);
    RougeScorer plain = new RougeScorer(types, false);
    int pairs = 0;
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                RougeScorerTest.class.getResourceAsStream("rouge-scores.jsonl"),
                StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode pair = new ObjectMapper().readTree(line);
        double[] ours = new double[30];
        String target = pair.get("target").asText();
        stemmed.score(target, pair.get("prediction").asText(), ours, 0);
        plain.score(target, pair.get("prediction").asText(), ours, 15);
        double[] theirs = new double[30];
        for (int i = 0; i < 30; i++) {
          theirs[i] = Double.parseDouble(pair.get("values").get(i).asText());
        }
        assertThat(ours).as("pair %d", pairs++).isEqualTo(theirs);
      }
    }
    assertThat(pairs).isEqualTo(160);
  }

  @Test
  void agreesWithPublishedExamples() {
    // google-research/rouge/rouge_scorer_test.py
    List<RougeScore> scores =
        new RougeScorer(Stream.of("rouge1", "rouge2").map(RougeType::of).toList(), false)
            .score("testing one two", "testing");
    assertThat(scores.get(0).precision()).isEqualTo(1);
    assertThat(scores.get(0).recall()).isCloseTo(1.0 / 3, within(1e-15));
    assertThat(scores.get(0).fmeasure()).isCloseTo(0.5, within(1e-15));
    assertThat(scores.get(1)).isEqualTo(new RougeScore(0, 0, 0));
    RougeScorer longest = new RougeScorer(List.of(RougeType.of("rougeL")), false);
    RougeScore score = longest.score("testing one two", "testing two").get(0);
    assertThat(score.precision()).isEqualTo(1);
    assertThat(score.recall()).isCloseTo(2.0 / 3, within(1e-15));
    assertThat(score.fmeasure()).isCloseTo(4.0 / 5, within(1e-15));
    RougeScorer lines = new RougeScorer(List.of(RougeType.of("rougeLsum")), false);
    // Lin 2004: w1..w5 against "w1 w2 w6 w7 w8" and "w1 w3 w8 w9 w5": union {w1 w2 w3 w5}.
    RougeScore union = lines.score("w1 w2 w3 w4 w5", "w1 w2 w6 w7 w8\nw1 w3 w8 w9 w5").get(0);
    assertThat(union.recall()).isCloseTo(4.0 / 5, within(1e-15));
    assertThat(union.precision()).isCloseTo(4.0 / 10, within(1e-15));
  }

  @Test
  void ofSeveralTargetsTheOneWithTheHighestFCounts() {
    Random random = new Random(12);
    RougeScorer scorer = new RougeScorer(ALL, true);
    for (int i = 0; i < 300; i++) {
      List<String> targets = new ArrayList<>();
      for (int k = 0; k <= i % 4; k++) {
        targets.add(text(random, 15));
      }
      String prediction = i % 3 == 0 ? shuffled(targets.get(0), random) : text(random, 15);
      double[] values = new double[3 * ALL.size()];
      scorer.score(targets, prediction, values, 0);
      for (int type = 0; type < ALL.size(); type++) {
        RougeScore best = null;
        for (String target : targets) {
          RougeScore score = scorer.score(target, prediction).get(type);
          best = best == null || score.fmeasure() > best.fmeasure() ? score : best;
        }
        assertThat(score(values, type)).isEqualTo(best);
      }
    }
    // google-research/rouge, rouge_scorer_test.py: testScoreMulti
    RougeScorer first = new RougeScorer(List.of(RougeType.of("rouge1")), false);
    double[] values = new double[3];
    first.score(List.of("first text", "first something"), "text first", values, 0);
    assertThat(score(values, 0)).isEqualTo(new RougeScore(1, 1, 1));
  }

  private static RougeScore score(double[] values, int type) {
    return new RougeScore(values[3 * type], values[3 * type + 1], values[3 * type + 2]);
  }

  @Test
  void tokensAreRougeScores() {
    assertThat(RougeScorer.tokens("2.5 cm, naïve L4-L5 ___ XXXX x_y can't", false))
        .containsExactly("2", "5", "cm", "na", "ve", "l4", "l5", "xxxx", "x", "y", "can", "t");
    assertThat(RougeScorer.tokens("\u0130ON \u212Aelvin １２ ² ½ µ ß Ⅳ \uD800 K\u030A", false))
        .containsExactly("i", "on", "kelvin", "k");
    assertThat(RougeScorer.tokens("using used US", true)).containsExactly("use", "use", "us");
  }

  @Test
  void wordsOfAnyScriptAreRougeScoresWhereATextIsAscii() {
    Random random = new Random(6);
    for (boolean stemming : new boolean[] {false, true}) {
      RougeScorer scorer = new RougeScorer(ALL, stemming);
      RougeScorer unicode = new RougeScorer(ALL, stemming, Tokenization.UNICODE);
      for (int i = 0; i < 2000; i++) {
        String target = ascii(text(random, 30));
        String prediction = ascii(text(random, 30));
        assertThat(unicode.score(target, prediction)).isEqualTo(scorer.score(target, prediction));
      }
    }
  }

  private static String ascii(String text) {
    return text.replaceAll("[^\\x00-\\x7f]", "-");
  }

  @Test
  void wordsOfAnyScriptAreScored() {
    RougeScorer unicode = new RougeScorer(ALL, true, Tokenization.UNICODE);
    RougeScorer asPublished = new RougeScorer(ALL, true);
    for (String text : List.of("Лёгкие без очагов справа", "双肺纹理清晰", "No left-sided Röntgen")) {
      assertThat(unicode.score(text, text).get(0)).isEqualTo(new RougeScore(1, 1, 1));
    }
    assertThat(asPublished.score("Лёгкие", "Лёгкие").get(0)).isEqualTo(new RougeScore(0, 0, 0));
    assertThat(RougeScorer.empties("Лёгкие")).isTrue();
    assertThat(List.of("", " .", "Лёгкие 12", "lungs")).noneMatch(RougeScorer::empties);
    // One of two words; the Turkish capital and other forms are one case.
    assertThat(unicode.score("очаг справа", "ОЧАГ слева").get(0))
        .isEqualTo(new RougeScore(0.5, 0.5, 0.5));
  }

  @Test
  void aTurkishLocaleChangesNothing() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("tr-TR"));
      RougeScorer scorer = new RougeScorer(ALL, true);
      assertThat(scorer.score("INSPIRATION IS LIMITED", "inspiration is limited").get(0).fmeasure())
          .isEqualTo(1);
      assertThat(scorer.score("\u0130", "i").get(0).fmeasure()).isEqualTo(1);
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void textWithoutTokensScoresZeroAgainstItself() {
    RougeScorer scorer = new RougeScorer(ALL, true);
    for (String nothing : List.of("", "\n\n", "___", "肺炎 없음")) {
      assertThat(scorer.score(nothing, nothing)).allMatch(s -> s.equals(new RougeScore(0, 0, 0)));
    }
    assertThatNullPointerException().isThrownBy(() -> scorer.score(null, ""));
  }

  @Test
  void onlyReferenceNamesAreVariants() {
    for (String name : List.of("rouge0", "rouge10", "rougel", "ROUGE1", "rougeLSum", "")) {
      assertThatThrownBy(() -> RougeType.of(name)).isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(RougeType.of("rouge9").label()).isEqualTo("rouge9");
  }

  @Test
  void longTextsScoreLikeShortOnes() {
    String text = text(new Random(1), 5000);
    List<RougeScore> scores = new RougeScorer(ALL, true).score(text, text);
    assertThat(scores.subList(0, 6)).allMatch(s -> s.fmeasure() == 1.0);
  }

  private static String text(Random random, int longest) {
    String[] words = {
      "effusion",
      "Effusions",
      "no",
      "acute",
      "using",
      "used",
      "L4-L5",
      "pleural",
      "IS",
      "a",
      "relational",
      "kidneys",
      "\u212Aidney",
      "\u0130s",
      "2.5",
      "naïve",
      "___",
      "aging",
      "airways"
    };
    String[] gaps = {" ", " ", " ", " ", ". ", "\n", "\n\n", "\r\n", "\u0085", "\u2028", ", "};
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(longest + 1);
    for (int i = 0; i < length; i++) {
      text.append(words[random.nextInt(words.length)]).append(gaps[random.nextInt(gaps.length)]);
    }
    return text.toString();
  }

  private static String shuffled(String text, Random random) {
    List<String> lines = new ArrayList<>(List.of(text.split("\n")));
    java.util.Collections.shuffle(lines, random);
    return String.join("\n", lines);
  }
}
