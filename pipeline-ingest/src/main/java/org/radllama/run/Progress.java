package org.radllama.run;

import static org.radllama.text.Format.format;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Shows how far long work has come: a bar on a terminal, a line every ten seconds in a log. */
public final class Progress implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Progress.class);
  private static final long LOG_EVERY_NANOS = Duration.ofSeconds(10).toNanos();
  private static final long DRAW_EVERY_NANOS = Duration.ofMillis(100).toNanos();
  private static final int BAR_WIDTH = 30;

  private final String label;
  private final long total;
  private final String unit;
  private final boolean terminal;
  private final Console console;
  private final LongSupplier nanos;
  private final long started;
  private long shown;
  private long done;
  private String note = "";

  Progress(
      String label,
      long total,
      String unit,
      boolean terminal,
      Console console,
      LongSupplier nanos) {
    this.label = label;
    this.total = total;
    this.unit = unit;
    this.terminal = terminal;
    this.console = console;
    this.nanos = nanos;
    started = nanos.getAsLong();
    shown = started;
  }

  /**
   * Begins.
   *
   * @param total how many units there are, or -1 if nobody knows
   */
  public static Progress start(String label, long total, String unit) {
    return new Progress(
        label, total, unit, Console.interactive(), Console.system(), System::nanoTime);
  }

  /** Counts {@code n} more units as done. */
  public synchronized void advance(long n) {
    done += n;
    long now = nanos.getAsLong();
    if (now - shown >= (terminal ? DRAW_EVERY_NANOS : LOG_EVERY_NANOS)) {
      shown = now;
      show(now);
    }
  }

  /** What is shown behind the count, such as the loss. */
  public synchronized void note(String text) {
    note = text;
  }

  /** Shows the last state. */
  @Override
  public synchronized void close() {
    show(nanos.getAsLong());
    if (terminal) {
      console.line("");
    }
  }

  private void show(long now) {
    if (terminal) {
      console.overwrite(label + " " + bar() + state(now));
    } else {
      LOG.info("{}: {}", label, state(now).strip());
    }
  }

  private String bar() {
    if (total <= 0) {
      return "";
    }
    int filled = (int) Math.min(BAR_WIDTH, done * BAR_WIDTH / total);
    return "[" + "#".repeat(filled) + ".".repeat(BAR_WIDTH - filled) + "]";
  }

  private String state(long now) {
    double seconds = (now - started) / 1e9;
    String count =
        total > 0 ? format(" %d/%d %s", done, total, unit) : format(" %d %s", done, unit);
    String rate = format(", %.1f/s", done / Math.max(seconds, 1e-9));
    String left =
        total > 0 && done > 0 && done < total
            ? format(", %d s left", Math.round(seconds * (total - done) / done))
            : format(", %d s", Math.round(seconds));
    return count + rate + left + (note.isEmpty() ? "" : ", " + note);
  }
}
