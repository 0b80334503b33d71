package org.radllama.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private static final String CLEAR = "\r\u001b[K";

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private long nanos;

  private Progress progress(long total) {
    return progress(total, 0);
  }

  private Progress progress(long total, long before) {
    PrintStream to = new PrintStream(err, true, StandardCharsets.UTF_8);
    return new Progress("read", total, before, "files", true, new Console(to, to), () -> nanos);
  }

  private void pass(long millis) {
    nanos += Duration.ofMillis(millis).toNanos();
  }

  @Test
  void drawsShareRateAndTimeLeft() {
    try (Progress progress = progress(4)) {
      pass(50);
      progress.advance(1); // too soon after the last one
      pass(1950);
      progress.note("loss 0.5");
      progress.advance(1);
      pass(2000);
      progress.advance(2);
    }
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            CLEAR
                + "read [###############...............] 2/4 files, 1.0/s, 2 s left, loss 0.5"
                + CLEAR
                + "read [##############################] 4/4 files, 1.0/s, 4 s, loss 0.5"
                + CLEAR
                + "read [##############################] 4/4 files, 1.0/s, 4 s, loss 0.5\n");
  }

  @Test
  void goesOnCountingAndTellsOnlyWhatItKnows() {
    try (Progress progress = progress(10, 6)) {
      pass(1000);
      progress.advance(0);
      pass(1000);
      progress.line("validation loss 0.4");
      progress.rate(0.5);
      progress.advance(1);
    }
    assertThat(err.toString(StandardCharsets.UTF_8))
        .startsWith(
            CLEAR
                + "read [##################............] 6/10 files, 1 s"
                + CLEAR
                + "validation loss 0.4\n")
        .endsWith("read [#####################.........] 7/10 files, 0.5/s, 6 s left\n");
  }

  @Test
  void countsWhereNobodyKnowsTheTotal() {
    try (Progress progress = progress(-1)) {
      pass(1000);
      progress.advance(7);
    }
    assertThat(err.toString(StandardCharsets.UTF_8)).endsWith("read  7 files, 7.0/s, 1 s\n");
  }
}
