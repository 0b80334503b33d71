package org.radllama.page;

import static org.radllama.text.Format.format;

import java.util.ArrayList;
import java.util.List;

/** How wholes divide over ordered steps: one bar a whole, from pale to full. */
public final class Shares {
  private static final int LEFT = 170;
  private static final int RIGHT = 64;
  private static final int ROW = 26;
  private static final int TOP = 30;

  private Shares() {}

  /** A whole with the counts of its steps, as many as there are steps. */
  public record Whole(String label, List<Integer> counts) {
    public Whole {
      counts = List.copyOf(counts);
    }
  }

  /**
   * The chart.
   *
   * @param name what it shows
   * @param steps their names, in order
   * @param wholes from above
   */
  public static String svg(String name, List<String> steps, List<Whole> wholes) {
    int height = TOP + wholes.size() * ROW + 8;
    StringBuilder svg = Charts.begin(height, name);
    for (int step = 0; step < steps.size(); step++) {
      double x = LEFT + step * 60.0;
      svg.append(rect(x, 6, 14, 12, step, steps.size()));
      svg.append(Charts.text(x + 20, 17, "start", steps.get(step)));
    }
    for (int i = 0; i < wholes.size(); i++) {
      svg.append(bar(wholes.get(i), TOP + i * (double) ROW, steps.size()));
    }
    return svg.append("</svg>").toString();
  }

  private static String bar(Whole whole, double y, int steps) {
    StringBuilder svg =
        new StringBuilder(Charts.text(LEFT - 8, y + 15, "end", Charts.shorten(whole.label(), 24)));
    int all = whole.counts().stream().mapToInt(n -> n).sum();
    List<String> numbers = new ArrayList<>();
    double x = LEFT;
    for (int step = 0; step < steps && all > 0; step++) {
      int count = whole.counts().get(step);
      double width = (Charts.WIDTH - LEFT - RIGHT) * (count / (double) all);
      if (count > 0) {
        svg.append(rect(x, y + 2, width, ROW - 8, step, steps));
      }
      if (width > 30) {
        numbers.add(Charts.text(x + width / 2, y + 15, "middle", Integer.toString(count)));
      }
      x += width;
    }
    numbers.forEach(svg::append);
    return svg.append(Charts.text(Charts.WIDTH - RIGHT + 8, y + 15, "start", "n " + all))
        .toString();
  }

  private static String rect(double x, double y, double width, double height, int step, int steps) {
    return format(
        "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"var(--c0)\" fill-opacity=\"%.2f\" stroke=\"var(--ground)\"/>",
        x, y, width, height, 0.1 + 0.7 * step / Math.max(1, steps - 1));
  }
}
