package org.radllama.eval.rouge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;
import org.radllama.run.Json;

/** Against what numpy itself gives, made by src/test/scripts/bootstrap-intervals.py. */
class BootstrapAggregatorTest {

  @Test
  void drawsAsNumpyDoes() throws IOException {
    JsonNode expected = expected();
    LegacyRandom random = new LegacyRandom(5489);
    for (JsonNode value : expected.get("raw")) {
      assertThat(Integer.toUnsignedLong(random.bits())).isEqualTo(value.asLong());
    }
    LegacyRandom bounded = new LegacyRandom(9);
    for (JsonNode series : expected.get("below")) {
      int bound = series.get(0).asInt();
      for (JsonNode value : series.get(1)) {
        assertThat(bounded.below(bound)).isEqualTo(value.asInt());
      }
    }
  }

  @Test
  void boundsAreNumpysToTheLastBit() throws IOException {
    for (JsonNode given : expected().get("cases")) {
      BootstrapAggregator aggregator =
          new BootstrapAggregator(
              given.get("confidence").asDouble(),
              given.get("samples").asInt(),
              given.get("seed").asLong());
      for (int type = 0; type < given.get("rows").size(); type++) {
        JsonNode rows = given.get("rows").get(type);
        double[][] values = new double[rows.size()][];
        for (int i = 0; i < values.length; i++) {
          values[i] = numbers(rows.get(i));
        }
        BootstrapAggregator.Bounds bounds = aggregator.next(values);
        JsonNode theirs = given.get("bounds").get(type);
        assertThat(bounds.low()).isEqualTo(numbers(theirs.get(0)));
        assertThat(bounds.mid()).isEqualTo(numbers(theirs.get(1)));
        assertThat(bounds.high()).isEqualTo(numbers(theirs.get(2)));
      }
    }
  }

  @Test
  void refusesSeedsThatNumpyRefuses() {
    assertThatThrownBy(() -> new LegacyRandom(-1)).hasMessageContaining("0 to 2^32 - 1");
    assertThatThrownBy(() -> new LegacyRandom(1L << 32)).hasMessageContaining("0 to 2^32 - 1");
  }

  private static double[] numbers(JsonNode hex) {
    double[] numbers = new double[hex.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = Double.parseDouble(hex.get(i).asText());
    }
    return numbers;
  }

  private static JsonNode expected() throws IOException {
    try (InputStream in =
        BootstrapAggregatorTest.class.getResourceAsStream("bootstrap-intervals.json")) {
      return Json.mapper().readTree(in);
    }
  }
}
