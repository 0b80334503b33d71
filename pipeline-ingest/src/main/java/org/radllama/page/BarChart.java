package org.radllama.page;

import static org.radllama.text.Format.format;

import java.util.Comparator;
import java.util.List;

/** Horizontal bars on one axis from zero. */
final class BarChart {
  private static final int LABELS = 190;
  private static final int VALUES = 70;
  private static final int ROW = 26;
  private static final int LONGEST_LABEL = 21;

  /** Kinds differ in how they are filled and framed, and so without colour too. */
  private static final List<String> LOOKS =
      List.of(
          "fill=\"var(--c0)\" fill-opacity=\"0.85\" stroke=\"var(--c0)\"",
          "fill=\"var(--c1)\" fill-opacity=\"0.45\" stroke=\"var(--c1)\"",
          "fill=\"var(--c3)\" fill-opacity=\"0.65\" stroke=\"var(--ink)\"",
          "fill=\"var(--c2)\" fill-opacity=\"0.12\" stroke=\"var(--c2)\"",
          "fill=\"var(--ground)\" stroke=\"var(--c4)\" stroke-dasharray=\"5 3\"",
          "fill=\"var(--ground)\" stroke=\"var(--c5)\" stroke-dasharray=\"1 2\"");

  private static final List<String> ORDER =
      List.of("model", "imported", "retrieval", "baseline", "reference", "cited");

  private final List<Charts.Bar> bars;
  private final List<String> kinds;
  private final Charts.Range axis;
  private final int top;

  private BarChart(List<Charts.Bar> bars, double most) {
    this.bars = bars;
    this.kinds =
        bars.stream()
            .map(Charts.Bar::kind)
            .distinct()
            .sorted(Comparator.comparing(BarChart::place).thenComparing(kind -> kind))
            .toList();
    this.axis = new Charts.Range(0, most > 0 ? most : 1);
    this.top = hasKey() ? 30 : 8;
  }

  static String svg(String valueLabel, List<Charts.Bar> bars, double most) {
    return new BarChart(bars, most).draw(valueLabel);
  }

  /** Most to the eye comes what was made here; what others say comes last. */
  private static int place(String kind) {
    int place = ORDER.indexOf(kind);
    return place < 0 ? ORDER.size() : place;
  }

  private boolean hasKey() {
    return kinds.size() > 1;
  }

  private double x(double value) {
    double within = Math.max(0, Math.min(axis.high(), value));
    return LABELS + within / axis.high() * (Charts.WIDTH - LABELS - VALUES);
  }

  private String draw(String valueLabel) {
    int bottom = top + bars.size() * ROW + 4;
    StringBuilder svg = Charts.begin(bottom + 40, "Bars of " + valueLabel);
    for (int i = 0; hasKey() && i < kinds.size(); i++) {
      double at = LABELS + i * 130.0;
      svg.append(rect(at, 6, 22, 13, kinds.get(i)))
          .append(Charts.text(at + 28, 17, "start", kinds.get(i)));
    }
    for (double tick : axis.ticks()) {
      svg.append(Charts.line("grid", x(tick), top, x(tick), bottom))
          .append(Charts.text(x(tick), bottom + 16, "middle", Charts.number(tick)));
    }
    for (int i = 0; i < bars.size(); i++) {
      svg.append(bar(bars.get(i), top + i * (double) ROW));
    }
    return svg.append(Charts.line("axis", LABELS, top, LABELS, bottom))
        .append(Charts.text((x(0) + x(axis.high())) / 2, bottom + 34, "middle", valueLabel))
        .append("</svg>")
        .toString();
  }

  private String bar(Charts.Bar bar, double y) {
    StringBuilder svg =
        new StringBuilder(
            Charts.text(LABELS - 8, y + 17, "end", Charts.shorten(bar.label(), LONGEST_LABEL)));
    svg.append(rect(LABELS, y + 4, x(bar.value()) - LABELS, 17, bar.kind()));
    if (Double.isFinite(bar.low()) && Double.isFinite(bar.high())) {
      // On a broader line in the ground's colour it is seen on any bar.
      svg.append(whisker("halo", bar, y)).append(whisker("whisker", bar, y));
    }
    return svg.append(Charts.text(Charts.WIDTH - 4.0, y + 17, "end", exact(bar.value())))
        .toString();
  }

  private String whisker(String kind, Charts.Bar bar, double y) {
    double low = x(bar.low());
    double high = x(bar.high());
    return Charts.line(kind, low, y + 12.5, high, y + 12.5)
        + Charts.line(kind, low, y + 8, low, y + 17)
        + Charts.line(kind, high, y + 8, high, y + 17);
  }

  /** A known kind looks the same in every chart. */
  private int look(String kind) {
    int place = ORDER.indexOf(kind);
    return (place < 0 ? Math.max(0, kinds.indexOf(kind)) : place) % LOOKS.size();
  }

  private String rect(double x, double y, double width, double height, String kind) {
    return format(
        "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" %s/>",
        x, y, Math.max(0, width), height, LOOKS.get(look(kind)));
  }

  /** A measured value: a share with all its digits, so that values stand below each other. */
  private static String exact(double value) {
    return Math.abs(value) < 1 && value != 0 ? format("%.4f", value) : Charts.number(value);
  }
}
