package org.radllama.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** How long each stage of a run takes. A stage that comes again adds to its first time. */
final class StageTimes {
  private final Clock clock;
  private final LongSupplier nanos;
  private final Instant start;
  private final Map<String, Double> seconds = new LinkedHashMap<>();
  private String current;
  private long began;

  StageTimes() {
    this(Clock.systemUTC(), System::nanoTime);
  }

  StageTimes(Clock clock, LongSupplier nanos) {
    this.clock = clock;
    this.nanos = nanos;
    this.start = clock.instant();
  }

  /** Ends the stage before and begins the next. */
  void begin(String stage) {
    end();
    current = stage;
    began = nanos.getAsLong();
  }

  /** Ends the last stage. */
  void end() {
    if (current != null) {
      seconds.merge(current, (nanos.getAsLong() - began) / 1e9, Double::sum);
      current = null;
    }
  }

  /** The content of {@code timings.json}, of all stages that have ended. */
  ObjectNode json() {
    ObjectNode node = Json.mapper().createObjectNode();
    node.put("start", start.toString());
    node.put("end", clock.instant().toString());
    ObjectNode stages = node.putObject("stages_seconds");
    seconds.forEach(stages::put);
    return node;
  }
}
