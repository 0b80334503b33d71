package org.radllama.eval.rouge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class PorterStemmerTest {

  /** Words and stems from nltk 3.8 itself, made by src/test/scripts/porter-stems.py. */
  @Test
  void stemsAsNltkDoes() throws IOException {
    List<String> lines = lines();
    assertThat(lines).hasSize(40_000);
    assertThat(lines)
        .allSatisfy(
            line -> {
              String[] pair = line.split("\t");
              assertThat(PorterStemmer.stem(pair[0])).as(pair[0]).isEqualTo(pair[1]);
            });
  }

  @Test
  void runsOfYNeitherRecurseNorTakeQuadraticTime() {
    String word = "y".repeat(200_000) + "ing";
    assertThat(PorterStemmer.stem(word)).hasSize(200_000);
  }

  private static List<String> lines() throws IOException {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                PorterStemmerTest.class.getResourceAsStream("porter-stems.tsv"),
                StandardCharsets.UTF_8))) {
      return reader.lines().toList();
    }
  }
}
