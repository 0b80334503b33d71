package org.radllama.page;

import static org.radllama.text.Format.format;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Charts as inline SVG in the page's own colours. */
public final class Charts {
  static final int WIDTH = 720;
  static final int HEIGHT = 300;
  static final int LEFT = 64;
  static final int RIGHT = 16;
  static final int TOP = 28;
  static final int BOTTOM = 44;
  private static final int COLOURS = 6;
  static final int LEGEND_COLUMNS = 3;
  static final int LEGEND_LINE = 20;
  private static final int MOST_POINTS = 600;
  private static final int MOST_MARKS = 40;
  private static final List<String> DASHES = List.of("", "7 3", "2 3", "9 3 2 3", "12 4", "4 4");

  private Charts() {}

  /** One named curve; {@code x} and {@code y} have the same length. */
  public record Series(String name, double[] x, double[] y) {}

  /**
   * One bar with its interval.
   *
   * @param low NaN where there is no interval
   * @param high likewise
   * @param kind what sort of thing it is; bars of one kind look alike, and a key names the kinds
   */
  public record Bar(String label, double value, double low, double high, String kind) {
    /** A bar among others of its kind. */
    public Bar(String label, double value, double low, double high) {
      this(label, value, low, high, "");
    }
  }

  /** Curves over a common x axis. Points that are not finite are left out. */
  public static String lines(String xLabel, String yLabel, List<Series> series) {
    return lines(xLabel, yLabel, series, false);
  }

  /** The same on a logarithmic y axis. Points that are not positive are left out. */
  public static String logLines(String xLabel, String yLabel, List<Series> series) {
    List<Series> logarithms =
        series.stream()
            .map(
                s ->
                    new Series(
                        s.name(),
                        s.x(),
                        Arrays.stream(s.y())
                            .map(y -> y > 0 ? Math.log10(y) : Double.NaN)
                            .toArray()))
            .toList();
    return lines(xLabel, yLabel, logarithms, true);
  }

  private static String lines(String xLabel, String yLabel, List<Series> series, boolean log) {
    Range x = Range.of(series.stream().flatMapToDouble(s -> Arrays.stream(s.x())).toArray(), false);
    Range y = Range.of(series.stream().flatMapToDouble(s -> Arrays.stream(s.y())).toArray(), false);
    int legend = (series.size() - 1) / LEGEND_COLUMNS * LEGEND_LINE;
    Frame frame = new Frame(x, y, HEIGHT + legend, TOP + legend);
    String scale = log ? ", logarithmic" : "";
    StringBuilder svg =
        frame
            .begin(yLabel + " against " + xLabel + scale)
            .append(log ? frame.logAxis(yLabel) : frame.yAxis(yLabel))
            .append(frame.xAxis(xLabel));
    for (int i = 0; i < series.size(); i++) {
      svg.append("<polyline fill=\"none\" stroke-width=\"1.8\" ")
          .append(stroke(i))
          .append(" points=\"")
          .append(frame.points(series.get(i)))
          .append("\"/>")
          .append(frame.marks(series.get(i), i));
      svg.append(legend(i, series.get(i).name()));
    }
    return svg.append("</svg>").toString();
  }

  /** Horizontal bars from zero up to the longest, as {@link #bars(String, List, double)}. */
  public static String bars(String valueLabel, List<Bar> bars) {
    return bars(valueLabel, bars, most(bars));
  }

  /** Where an axis must end to show all of these bars. */
  public static double most(List<Bar> bars) {
    return bars.stream()
        .mapToDouble(b -> Double.isFinite(b.high()) ? Math.max(b.high(), b.value()) : b.value())
        .max()
        .orElse(1);
  }

  /**
   * Horizontal bars from zero on an axis with a scale, with whiskers where an interval is known.
   *
   * @param most where the axis ends at least; charts of one axis compare at a glance
   */
  public static String bars(String valueLabel, List<Bar> bars, double most) {
    return BarChart.svg(valueLabel, bars, most);
  }

  /**
   * Counts of values in bins of equal width over their range. Bins of whole numbers hold a whole
   * number of them each, so that none is counted in twice as many as its neighbour.
   *
   * @param bins how many there are at most
   */
  public static String histogram(String xLabel, double[] values, int bins) {
    double[] finite = Arrays.stream(values).filter(Double::isFinite).toArray();
    Range of = Range.of(finite, false);
    boolean whole = Arrays.stream(finite).allMatch(v -> v == Math.rint(v));
    double step = whole ? Math.ceil((of.width() + 1) / bins) : of.width() / bins;
    int used = whole ? (int) Math.ceil((of.width() + 1) / step) : bins;
    double[] counts = new double[used];
    for (double value : finite) {
      counts[(int) Math.min(used - 1, (value - of.low()) / step)]++;
    }
    Range x = new Range(of.low(), of.low() + used * step);
    Frame frame = new Frame(x, Range.of(counts, true), 220, TOP);
    StringBuilder svg =
        frame
            .begin("Histogram of " + xLabel)
            .append(frame.yAxis(whole ? binned(step) : "count"))
            .append(frame.xAxis(xLabel));
    for (int i = 0; i < used; i++) {
      double left = frame.px(x.low() + i * step);
      double top = frame.py(counts[i]);
      svg.append(
          rect(left + 0.5, top, frame.px(x.low() + (i + 1) * step) - left - 1, frame.py(0) - top));
    }
    return svg.append("</svg>").toString();
  }

  private static String binned(double step) {
    return step == 1 ? "count of each number" : format("count, bins of %.0f", step);
  }

  record Range(double low, double high) {
    static Range of(double[] values, boolean fromZero) {
      double[] finite = Arrays.stream(values).filter(Double::isFinite).toArray();
      double low = fromZero ? 0 : Arrays.stream(finite).min().orElse(0);
      double high = Arrays.stream(finite).max().orElse(1);
      return high > low ? new Range(low, high) : new Range(low, low + 1);
    }

    double width() {
      return high - low;
    }

    /** Round values that divide the range into about five steps. */
    List<Double> ticks() {
      double raw = width() / 5;
      double power = Math.pow(10, Math.floor(Math.log10(raw)));
      double step =
          Arrays.stream(new double[] {1, 2, 5, 10})
              .map(m -> m * power)
              .filter(s -> s >= raw)
              .findFirst()
              .orElse(raw);
      List<Double> ticks = new ArrayList<>();
      for (long k = (long) Math.ceil(low / step); k * step <= high + step * 1e-9; k++) {
        ticks.add(k * step);
      }
      return ticks;
    }
  }

  record Frame(Range x, Range y, int height, int top) {
    double px(double value) {
      return LEFT + (value - x.low()) / x.width() * (WIDTH - LEFT - RIGHT);
    }

    double py(double value) {
      return height - BOTTOM - (value - y.low()) / y.width() * (height - top - BOTTOM);
    }

    StringBuilder begin(String name) {
      return Charts.begin(height, name);
    }

    String yAxis(String label) {
      StringBuilder svg = new StringBuilder(text(4, 14, "start", label));
      for (double tick : y.ticks()) {
        svg.append(line("grid", LEFT, py(tick), WIDTH - RIGHT, py(tick)))
            .append(text(LEFT - 6, py(tick) + 4, "end", number(tick)));
      }
      return svg.toString();
    }

    /** Of logarithms to base 10, labelled with what they are of. */
    String logAxis(String label) {
      StringBuilder svg = new StringBuilder(text(4, 14, "start", label));
      for (int power = (int) Math.floor(y.low()); power <= y.high(); power++) {
        for (int m : new int[] {1, 2, 5}) {
          double tick = power + Math.log10(m);
          if (tick >= y.low() && tick <= y.high()) {
            svg.append(line("grid", LEFT, py(tick), WIDTH - RIGHT, py(tick)))
                .append(text(LEFT - 6, py(tick) + 4, "end", number(m * Math.pow(10, power))));
          }
        }
      }
      return svg.toString();
    }

    /** Squares at the points of a series of few, which a line alone would hide. */
    String marks(Series series, int colour) {
      StringBuilder marks = new StringBuilder();
      for (int i = 0; i < series.x().length && series.x().length <= MOST_MARKS; i++) {
        if (Double.isFinite(series.x()[i]) && Double.isFinite(series.y()[i])) {
          marks.append(
              "<rect x=\"%s\" y=\"%s\" width=\"5\" height=\"5\" fill=\"%s\"/>"
                  .formatted(
                      fixed(px(series.x()[i]) - 2.5),
                      fixed(py(series.y()[i]) - 2.5),
                      colour(colour)));
        }
      }
      return marks.toString();
    }

    String xAxis(String label) {
      StringBuilder svg =
          new StringBuilder(line("axis", LEFT, height - BOTTOM, WIDTH - RIGHT, height - BOTTOM));
      for (double tick : x.ticks()) {
        svg.append(text(px(tick), height - BOTTOM + 16, "middle", number(tick)));
      }
      return svg.append(text((LEFT + WIDTH - RIGHT) / 2.0, height - 8, "middle", label)).toString();
    }

    String points(Series series) {
      StringBuilder points = new StringBuilder();
      int every = Math.max(1, series.x().length / MOST_POINTS);
      for (int i = 0; i < series.x().length; i += every) {
        if (Double.isFinite(series.x()[i]) && Double.isFinite(series.y()[i])) {
          points
              .append(fixed(px(series.x()[i])))
              .append(',')
              .append(fixed(py(series.y()[i])))
              .append(' ');
        }
      }
      return points.toString().strip();
    }
  }

  static StringBuilder begin(int height, String name) {
    return new StringBuilder(
        format(
            "<svg viewBox=\"0 0 %1$d %2$d\" role=\"img\" aria-label=\"%3$s\"><title>%3$s</title>",
            WIDTH, height, Page.escape(name)));
  }

  static String legend(int i, String name) {
    double x = LEFT + 60.0 + i % LEGEND_COLUMNS * 195.0;
    double y = 6.0 + i / LEGEND_COLUMNS * LEGEND_LINE;
    return "<polyline fill=\"none\" stroke-width=\"3\" %s points=\"%s,%s %s,%s\"/>"
            .formatted(stroke(i), fixed(x - 14), fixed(y + 5), fixed(x + 12), fixed(y + 5))
        + text(x + 17, y + 9, "start", shorten(name, 17));
  }

  /** Curves differ in their dashes, and so without colour too. */
  static String stroke(int i) {
    String dashes = DASHES.get(i % DASHES.size());
    return "stroke=\""
        + colour(i)
        + '"'
        + (dashes.isEmpty() ? "" : " stroke-dasharray=\"" + dashes + '"');
  }

  static String colour(int i) {
    return "var(--c" + i % COLOURS + ")";
  }

  static String text(double x, double y, String anchor, String value) {
    return "<text x=\"%s\" y=\"%s\" text-anchor=\"%s\">%s</text>"
        .formatted(fixed(x), fixed(y), anchor, Page.escape(value));
  }

  static String line(String kind, double x1, double y1, double x2, double y2) {
    return "<line class=\"%s\" x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\"/>"
        .formatted(kind, fixed(x1), fixed(y1), fixed(x2), fixed(y2));
  }

  private static String rect(double x, double y, double width, double height) {
    return "<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" fill=\"%s\" fill-opacity=\"0.75\"/>"
        .formatted(fixed(x), fixed(y), fixed(width), fixed(height), colour(0));
  }

  static String shorten(String label, int most) {
    return label.length() <= most ? label : label.substring(0, most - 1) + "…";
  }

  static String fixed(double value) {
    return format("%.1f", value);
  }

  static String number(double value) {
    if (value != 0 && Math.abs(value) < 1e-3) {
      return format("%.1e", value);
    }
    String text = format(Math.abs(value) >= 1000 ? "%,.0f" : "%.4f", value);
    return text.contains(".") ? text.replaceAll("0+$", "").replaceAll("\\.$", "") : text;
  }
}
