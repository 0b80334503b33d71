package org.radllama.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonTest {
  @Test
  void whateverIsNoJsonIsRefusedAsThat() {
    // Looks like UTF-32 to Jackson.
    byte[] wide = Base64.getDecoder().decode("ewAAAAMgICAiYWxwaGE=");
    assertThatThrownBy(() -> Json.parse(wide)).isInstanceOf(JsonProcessingException.class);
    Random random = new Random(3);
    int refused = 0;
    for (int i = 0; i < 4000; i++) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      for (int n = random.nextInt(6); n >= 0; n--) {
        bytes.writeBytes(
            switch (random.nextInt(4)) {
              case 0 -> new byte[random.nextInt(4)];
              case 1 -> new byte[] {(byte) random.nextInt(256), (byte) random.nextInt(256)};
              case 2 -> "{\"a\": [1, \"\u00e9\"]}".getBytes(StandardCharsets.UTF_16LE);
              default ->
                  List.of("{", "\ufeff", "\"", "[1]")
                      .get(random.nextInt(4))
                      .getBytes(StandardCharsets.UTF_8);
            });
      }
      try {
        Json.parse(bytes.toByteArray());
      } catch (JsonProcessingException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(1000);
  }

  @Test
  void readsAByteOrderMark() throws JsonProcessingException {
    byte[] marked = "\ufeff{\"a\": 1}".getBytes(StandardCharsets.UTF_8);
    assertThat(Json.parse(marked).path("a").asInt()).isEqualTo(1);
  }
}
