package org.radllama.run;

import static org.radllama.text.Format.format;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows how far long work has come: a bar on a terminal; in a log a line after ten seconds, then
 * more and more rarely, and one at the end.
 */
public final class Progress implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Progress.class);
  private static final long LOG_FIRST_NANOS = Duration.ofSeconds(10).toNanos();
  private static final long LOG_MOST_NANOS = Duration.ofMinutes(5).toNanos();
  private static final long DRAW_EVERY_NANOS = Duration.ofMillis(100).toNanos();
  private static final int BAR_WIDTH = 30;

  private final String label;
  private final long total;
  private final String unit;
  private final boolean terminal;
  private final Console console;
  private final LongSupplier nanos;
  private final long started;
  private final long before;
  private long every;
  private long shown;
  private long done;
  private double rate = Double.NaN;
  private String note = "";

  Progress(
      String label,
      long total,
      long before,
      String unit,
      boolean terminal,
      Console console,
      LongSupplier nanos) {
    this.label = label;
    this.before = before;
    this.done = before;
    this.every = terminal ? DRAW_EVERY_NANOS : LOG_FIRST_NANOS;
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
    return resume(label, total, 0, unit);
  }

  /**
   * Continues work that was interrupted.
   *
   * @param total how many units there are in all
   * @param before how many of them were done before now; they count as done, but not for the rate
   */
  public static Progress resume(String label, long total, long before, String unit) {
    return new Progress(
        label, total, before, unit, Console.interactive(), Console.system(), System::nanoTime);
  }

  /** Counts {@code n} more units as done. */
  public synchronized void advance(long n) {
    done += n;
    long now = nanos.getAsLong();
    if (now - shown >= every) {
      shown = now;
      if (!terminal) {
        every = Math.min(LOG_MOST_NANOS, 2 * every);
      }
      show(now);
    }
  }

  /** What is shown behind the count, such as the loss. */
  public synchronized void note(String text) {
    note = text;
  }

  /**
   * What the rest will go at, where that is known better than from the time since the beginning,
   * which may have gone into loading.
   *
   * @param unitsPerSecond positive; anything else says nothing
   */
  public synchronized void rate(double unitsPerSecond) {
    rate = unitsPerSecond > 0 && unitsPerSecond < Double.POSITIVE_INFINITY ? unitsPerSecond : rate;
  }

  /** A line of its own above the bar. */
  public synchronized void line(String text) {
    if (terminal) {
      console.overwrite("");
    }
    console.line(text);
    if (terminal) {
      show(nanos.getAsLong());
    }
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
    double perSecond = Double.isFinite(rate) ? rate : (done - before) / Math.max(seconds, 1e-9);
    String speed = done > before ? format(", %.1f/s", perSecond) : "";
    String left =
        total > 0 && done > before && done < total
            ? format(", %d s left", Math.round((total - done) / perSecond))
            : format(", %d s", Math.round(seconds));
    return count + speed + left + (note.isEmpty() ? "" : ", " + note);
  }
}
