package org.radllama.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ConsoleTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Console console =
      new Console(
          new PrintStream(out, false, StandardCharsets.UTF_8),
          new PrintStream(err, false, StandardCharsets.UTF_8));

  @Test
  void resultsGoToStandardOutputAllElseToStandardError() {
    console.result("a result");
    console.line("for a person");
    console.overwrite("1/2");
    console.overwrite("2/2");
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("a result\n");
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo("for a person\n\r\u001b[K1/2\r\u001b[K2/2");
  }
}
