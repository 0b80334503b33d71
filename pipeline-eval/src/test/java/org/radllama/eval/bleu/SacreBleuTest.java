package org.radllama.eval.bleu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.radllama.run.Json;

class SacreBleuTest {
  private static final List<String> HYPOTHESES =
      List.of("The dog bit the man.", "It wasn't surprising.", "The man had just bitten him.");
  private static final List<List<String>> REFERENCES =
      List.of(
          List.of("The dog bit the man.", "The dog had bit the man."),
          List.of("It was not unexpected.", "No one was surprised."),
          List.of("The man bit him first.", "The man had bitten the dog."));

  /** Values of sacreBLEU itself, made by src/test/scripts/sacrebleu-scores.py. */
  @Test
  void countsAndScoresAsSacreBleuDoes() throws IOException {
    List<JsonNode> lines = lines();
    Bleu bleu = new Bleu();
    Chrf chrf = new Chrf();
    double[] bleuOfAll = new double[Bleu.STATISTICS];
    double[] chrfOfAll = new double[Chrf.STATISTICS];
    for (JsonNode pair : lines.subList(0, lines.size() - 1)) {
      String prediction = pair.get("prediction").asText();
      List<String> references = texts(pair.get("references"));
      assertThat(Tokenizer13a.tokens(prediction)).isEqualTo(texts(pair.get("tokens")));
      double[] counts = bleu(bleu, references, prediction);
      assertThat(counts).isEqualTo(numbers(pair.get("bleu")));
      assertThat(Bleu.score(counts, 0, true))
          .isCloseTo(pair.get("sentence_bleu").asDouble(), within(1e-11));
      double[] characters = chrf(chrf, references, prediction);
      assertThat(characters).isEqualTo(numbers(pair.get("chrf")));
      assertThat(Chrf.score(characters, 0))
          .isCloseTo(pair.get("sentence_chrf").asDouble(), within(1e-11));
      add(bleu(bleu, references.subList(0, 1), prediction), bleuOfAll);
      add(chrf(chrf, references.subList(0, 1), prediction), chrfOfAll);
    }
    JsonNode all = lines.get(lines.size() - 1);
    assertThat(Bleu.score(bleuOfAll, 0, false))
        .isCloseTo(all.get("corpus_bleu").asDouble(), within(1e-11));
    assertThat(Chrf.score(chrfOfAll, 0))
        .isCloseTo(all.get("corpus_chrf").asDouble(), within(1e-11));
    assertThat(all.get("signatures").get(0).asText()).contains(Bleu.SIGNATURE);
    assertThat(all.get("signatures").get(1).asText()).contains(Chrf.SIGNATURE);
    assertThat(lines).hasSize(301);
  }

  /** mjpost/sacrebleu, test/test_bleu.py. */
  @Test
  void agreesWithPublishedBleu() {
    double[] sums = new double[Bleu.STATISTICS];
    for (int i = 0; i < HYPOTHESES.size(); i++) {
      add(bleu(new Bleu(), REFERENCES.get(i), HYPOTHESES.get(i)), sums);
    }
    assertThat(Bleu.score(sums, 0, false)).isCloseTo(48.530827, within(1e-6));
    double[] nothing = new double[Bleu.STATISTICS];
    REFERENCES.forEach(references -> add(bleu(new Bleu(), references, ""), nothing));
    assertThat(Bleu.score(nothing, 0, false)).isZero();
    double[] counts =
        bleu(
            new Bleu(),
            List.of("I am a symbol string sequence a a"),
            "am I am a character sequence");
    assertThat(counts).containsExactly(6, 8, 4, 2, 1, 0, 6, 5, 4, 3);
    double[] given = {11, 11, 9, 7, 5, 3, 10, 8, 6, 4};
    assertThat(Bleu.score(given, 0, false)).isCloseTo(83.75922397, within(1e-8));
    assertThat(sentence("test", "a test")).isCloseTo(36.78794411714425, within(1e-10));
    assertThat(sentence("a test", "a test")).isCloseTo(100, within(1e-10));
  }

  /** mjpost/sacrebleu, test/test_chrf.py; where beta does not matter, since it is 3 there. */
  @Test
  void agreesWithPublishedChrf() {
    Offset<Double> epsilon = within(1e-4);
    assertThat(corpus(List.of("a"), List.of("a"))).isCloseTo(100, epsilon);
    assertThat(corpus(List.of(""), List.of("reference"))).isZero();
    assertThat(corpus(List.of("a b c"), List.of("abc"))).isCloseTo(100, epsilon);
    assertThat(corpus(List.of("a", "b"), List.of("a", "c"))).isCloseTo(50, epsilon);
    assertThat(corpus(List.of("aa"), List.of("ab"))).isCloseTo(25, epsilon);
    assertThat(corpus(List.of("abcdefg"), List.of("hijklmnop"))).isZero();
  }

  private static double corpus(List<String> hypotheses, List<String> references) {
    double[] sums = new double[Chrf.STATISTICS];
    Chrf chrf = new Chrf();
    for (int i = 0; i < hypotheses.size(); i++) {
      add(chrf(chrf, references.subList(i, i + 1), hypotheses.get(i)), sums);
    }
    return Chrf.score(sums, 0);
  }

  private static double sentence(String hypothesis, String reference) {
    return Bleu.score(bleu(new Bleu(), List.of(reference), hypothesis), 0, true);
  }

  private static double[] bleu(Bleu bleu, List<String> references, String prediction) {
    double[] counts = new double[Bleu.STATISTICS];
    bleu.statistics(references, prediction, counts, 0);
    return counts;
  }

  private static double[] chrf(Chrf chrf, List<String> references, String prediction) {
    double[] counts = new double[Chrf.STATISTICS];
    chrf.statistics(references, prediction, counts, 0);
    return counts;
  }

  private static void add(double[] counts, double[] sums) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += counts[i];
    }
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  private static double[] numbers(JsonNode array) {
    double[] numbers = new double[array.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = array.get(i).asDouble();
    }
    return numbers;
  }

  private static List<JsonNode> lines() throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                SacreBleuTest.class.getResourceAsStream("sacrebleu-scores.jsonl"),
                StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(Json.mapper().readTree(line));
      }
    }
    return lines;
  }
}
