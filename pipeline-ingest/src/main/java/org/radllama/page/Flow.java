package org.radllama.page;

import static org.radllama.text.Format.format;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * How amounts divide, as bands from one column to another whose widths are the amounts (a Sankey
 * diagram of two columns).
 */
public final class Flow {
  private static final int LEFT = 206;
  private static final int RIGHT = 430;
  private static final int BAR = 12;
  private static final int GAP = 22;
  private static final int MOST_LETTERS = 22;

  /** A part of the amount at {@code from} that goes to {@code to}. */
  public record Part(String from, String to, long amount) {}

  private final List<Part> parts;
  private final Map<String, double[]> froms;
  private final Map<String, double[]> tos;
  private final double height;

  private Flow(List<Part> parts) {
    this.parts = parts;
    Map<String, Long> left = sums(parts, Part::from);
    Map<String, Long> right = sums(parts, Part::to);
    this.height = Math.max(160, (GAP + 10) * Math.max(left.size(), right.size()) + 20);
    this.froms = spans(left);
    this.tos = spans(right);
  }

  /**
   * The diagram.
   *
   * @param name what it shows
   * @param parts all parts, in the order in which they are drawn; those of amount 0 are left out
   */
  public static String svg(String name, List<Part> parts) {
    return new Flow(parts.stream().filter(part -> part.amount() > 0).toList()).draw(name);
  }

  private static Map<String, Long> sums(List<Part> parts, Function<Part, String> side) {
    Map<String, Long> sums = new LinkedHashMap<>();
    parts.forEach(part -> sums.merge(side.apply(part), part.amount(), Long::sum));
    return sums;
  }

  /** Top and height of each node; every node has a row for its label, however small it is. */
  private Map<String, double[]> spans(Map<String, Long> sums) {
    double total = Math.max(1, sums.values().stream().mapToLong(n -> n).sum());
    double free = height - 20 - GAP * (double) sums.size();
    Map<String, double[]> spans = new LinkedHashMap<>();
    double top = 10;
    for (Map.Entry<String, Long> node : sums.entrySet()) {
      double size = Math.max(1, node.getValue() / total * free);
      spans.put(node.getKey(), new double[] {top, size, node.getValue()});
      top += size + GAP;
    }
    return spans;
  }

  private String draw(String name) {
    StringBuilder svg = Charts.begin(Math.toIntExact(Math.round(height)), name);
    Map<String, Double> fromAt = new LinkedHashMap<>();
    Map<String, Double> toAt = new LinkedHashMap<>();
    List<String> sources = new ArrayList<>(froms.keySet());
    for (Part part : parts) {
      svg.append(band(part, fromAt, toAt, sources.indexOf(part.from())));
    }
    froms.forEach(
        (label, span) -> svg.append(node(LEFT - BAR, span, LEFT - BAR - 8, "end", label)));
    tos.forEach((label, span) -> svg.append(node(RIGHT, span, RIGHT + BAR + 8, "start", label)));
    return svg.append("</svg>").toString();
  }

  private String band(Part part, Map<String, Double> fromAt, Map<String, Double> toAt, int colour) {
    double[] from = froms.get(part.from());
    double[] to = tos.get(part.to());
    double a = from[0] + fromAt.getOrDefault(part.from(), 0.0);
    double b = to[0] + toAt.getOrDefault(part.to(), 0.0);
    double wide = from[1] * part.amount() / from[2];
    double narrow = to[1] * part.amount() / to[2];
    fromAt.merge(part.from(), wide, Double::sum);
    toAt.merge(part.to(), narrow, Double::sum);
    int middle = (LEFT + RIGHT) / 2;
    return format(
        "<path fill=\"%8$s\" fill-opacity=\"0.35\" d=\"M%1$d %2$.1fC%3$d %2$.1f %3$d %4$.1f %5$d %4$.1f"
            + "L%5$d %6$.1fC%3$d %6$.1f %3$d %7$.1f %1$d %7$.1fZ\"/>",
        LEFT, a, middle, b, RIGHT, b + narrow, a + wide, Charts.colour(colour));
  }

  private static String node(int x, double[] span, int labelX, String anchor, String label) {
    return format(
        "<rect x=\"%d\" y=\"%.1f\" width=\"%d\" height=\"%.1f\" fill=\"var(--soft)\"/>"
            + "<text x=\"%d\" y=\"%.1f\" text-anchor=\"%s\">%s %,d</text>",
        x,
        span[0],
        BAR,
        span[1],
        labelX,
        span[0] + span[1] / 2 + 4,
        anchor,
        Page.escape(Charts.shorten(label, MOST_LETTERS)),
        (long) span[2]);
  }
}
