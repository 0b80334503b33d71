package org.radllama.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class StageTimesTest {
  private long nanos = 5;

  private StageTimes times() {
    return new StageTimes(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC), () -> nanos);
  }

  @Test
  void addsTheTimesOfAStageThatComesAgain() {
    StageTimes times = times();
    nanos += 1_000_000_000L; // of no stage
    times.begin("train");
    nanos += 2_000_000_000L;
    times.begin("evaluate");
    nanos += 500_000_000L;
    times.begin("train");
    nanos += 4_000_000_000L;
    times.end();
    nanos += 8_000_000_000L; // of no stage
    times.end();
    JsonNode json = times.json();
    assertThat(json.toString())
        .isEqualTo(
            "{\"start\":\"1970-01-01T00:00:00Z\",\"end\":\"1970-01-01T00:00:00Z\","
                + "\"stages_seconds\":{\"train\":6.0,\"evaluate\":0.5}}");
  }

  @Test
  void aRunWithoutStagesHasNone() {
    StageTimes times = times();
    times.end();
    assertThat(times.json().path("stages_seconds")).isEmpty();
  }
}
