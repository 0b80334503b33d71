package org.radllama.page;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/** Values with their intervals over time, as inline SVG in the page's own colours. */
public final class TimeChart {
  private static final long SECOND = 1;
  private static final long MINUTE = 60 * SECOND;
  private static final long HOUR = 60 * MINUTE;
  private static final long DAY = 24 * HOUR;

  /** Steps between ticks, in seconds: the first that gives at most {@link #MOST_TICKS}. */
  private static final long[] STEPS = {
    1 * SECOND, 5 * SECOND, 15 * SECOND, 1 * MINUTE, 5 * MINUTE,
    15 * MINUTE, 1 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR,
    1 * DAY, 2 * DAY, 7 * DAY, 14 * DAY, 30 * DAY,
    91 * DAY, 182 * DAY, 365 * DAY, 730 * DAY, 1826 * DAY
  };

  private static final int MOST_TICKS = 5;

  /** Pixels between the points of neighbouring series at one time, so that all are seen. */
  private static final double APART = 3;

  /** Above this many points of one series its whiskers would only blacken the chart. */
  private static final int MOST_WHISKERS = 120;

  private TimeChart() {}

  /** One value at a time; {@code low} and {@code high} are NaN where no interval is known. */
  public record Point(Instant time, double value, double low, double high) {}

  /** One named curve; points in the order of time. */
  public record Series(String name, List<Point> points) {
    public Series {
      points = List.copyOf(points);
    }
  }

  /** Curves over time (UTC) with a whisker for each interval. */
  public static String svg(String yLabel, List<Series> series) {
    List<Point> all = series.stream().flatMap(s -> s.points().stream()).toList();
    Charts.Range x = times(all.stream().mapToDouble(p -> seconds(p.time())).toArray());
    Charts.Range y =
        Charts.Range.of(
            all.stream()
                .flatMapToDouble(p -> DoubleStream.of(p.value(), p.low(), p.high()))
                .toArray(),
            false);
    int legend = (series.size() - 1) / Charts.LEGEND_COLUMNS * Charts.LEGEND_LINE;
    Charts.Frame frame = new Charts.Frame(x, y, Charts.HEIGHT + legend, Charts.TOP + legend);
    StringBuilder svg =
        frame.begin(yLabel + " over time").append(frame.yAxis(yLabel)).append(timeAxis(frame));
    for (int i = 0; i < series.size(); i++) {
      double shift = (i - (series.size() - 1) / 2.0) * APART;
      svg.append(curve(frame, series.get(i), i, shift));
      svg.append(Charts.legend(i, series.get(i).name()));
    }
    return svg.append("</svg>").toString();
  }

  private static double seconds(Instant time) {
    return time.getEpochSecond() + time.getNano() / 1e9;
  }

  /** The range of the times and a little beside it; half a day on each side of a single one. */
  private static Charts.Range times(double[] seconds) {
    double low = Arrays.stream(seconds).min().orElse(0);
    double high = Arrays.stream(seconds).max().orElse(0);
    double beside = high > low ? (high - low) * 0.03 : DAY / 2.0;
    return new Charts.Range(low - beside, high + beside);
  }

  private static String timeAxis(Charts.Frame frame) {
    int bottom = frame.height() - Charts.BOTTOM;
    StringBuilder svg =
        new StringBuilder(
            Charts.line("axis", Charts.LEFT, bottom, Charts.WIDTH - Charts.RIGHT, bottom));
    double width = frame.x().width();
    long step =
        Arrays.stream(STEPS)
            .filter(s -> width / s <= MOST_TICKS)
            .findFirst()
            .orElse((long) (width / MOST_TICKS));
    DateTimeFormatter format =
        DateTimeFormatter.ofPattern(
                step >= DAY ? "yyyy-MM-dd" : step >= MINUTE ? "MM-dd HH:mm" : "HH:mm:ss",
                Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    for (long t = (long) Math.ceil(frame.x().low() / step) * step;
        t <= frame.x().high();
        t += step) {
      String label = format.format(Instant.ofEpochSecond(t));
      svg.append(
              Charts.line("axis", frame.px((double) t), bottom, frame.px((double) t), bottom + 4.0))
          .append(Charts.text(frame.px((double) t), bottom + 18.0, "middle", label));
    }
    return svg.toString();
  }

  private static String curve(Charts.Frame frame, Series series, int colour, double shift) {
    StringBuilder points = new StringBuilder();
    StringBuilder marks = new StringBuilder();
    boolean whiskers = series.points().size() <= MOST_WHISKERS;
    for (Point p : series.points()) {
      if (!Double.isFinite(p.value())) {
        continue;
      }
      double x = frame.px(seconds(p.time())) + shift;
      points
          .append(Charts.fixed(x))
          .append(',')
          .append(Charts.fixed(frame.py(p.value())))
          .append(' ');
      marks.append(
          "<circle cx=\"%s\" cy=\"%s\" r=\"2.5\" fill=\"%s\"/>"
              .formatted(
                  Charts.fixed(x), Charts.fixed(frame.py(p.value())), Charts.colour(colour)));
      if (whiskers && Double.isFinite(p.low()) && Double.isFinite(p.high())) {
        marks.append(whisker(x, frame.py(p.low()), frame.py(p.high()), colour));
      }
    }
    return "<polyline fill=\"none\" stroke-width=\"1.4\" %s points=\"%s\"/>"
            .formatted(Charts.stroke(colour), points.toString().strip())
        + marks;
  }

  private static String whisker(double x, double low, double high, int colour) {
    return "<path stroke=\"%s\" stroke-opacity=\"0.6\" d=\"M%s %sV%s\"/>"
        .formatted(Charts.colour(colour), Charts.fixed(x), Charts.fixed(low), Charts.fixed(high));
  }
}
