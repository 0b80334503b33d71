package org.radllama.run;

import java.util.List;
import org.apache.spark.util.SignalUtils;

/** Tells a process that was asked to end from outside from one that a library ends by itself. */
final class Signals {
  private static volatile boolean received;

  private Signals() {}

  /** From now on notes the signals that end a process; they end it as before. */
  static void watch() {
    for (String signal : List.of("TERM", "INT", "HUP")) {
      SignalUtils.register(
          signal,
          () -> {
            received = true;
            return false; // so that it goes on to whoever handled it before
          });
    }
  }

  /** Whether one came. */
  static boolean received() {
    return received;
  }
}
