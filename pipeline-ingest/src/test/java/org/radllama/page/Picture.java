package org.radllama.page;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.StringReader;
import java.util.Map;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * A chart of {@link Charts} as pixels on white, for places that show no SVG: notebooks on GitHub,
 * slides, mail. Reads what {@link Charts} writes and no other SVG.
 */
public final class Picture {
  private static final int FONT_SIZE = 12;

  /** The light colours of a {@link Page}, by the name of its style. */
  private static final Map<String, Color> COLOURS =
      Map.ofEntries(
          Map.entry("ink", new Color(0x1c2430)),
          Map.entry("whisker", new Color(0x1c2430)),
          Map.entry("axis", new Color(0x5b6675)),
          Map.entry("grid", new Color(0xd5dbe3)),
          Map.entry("halo", Color.WHITE),
          Map.entry("--ground", Color.WHITE),
          Map.entry("--c0", new Color(0x1f6feb)),
          Map.entry("--c1", new Color(0xd9480f)),
          Map.entry("--c2", new Color(0x2b8a3e)),
          Map.entry("--c3", new Color(0x9c36b5)),
          Map.entry("--c4", new Color(0xb08900)),
          Map.entry("--c5", new Color(0x0b7285)));

  private final XMLStreamReader svg;
  private final BufferedImage image;
  private final Graphics2D graphics;

  private Picture(XMLStreamReader svg, double scale) {
    this.svg = svg;
    String[] box = attribute("viewBox").orElse("").split(" ");
    if (box.length != 4) {
      throw new IllegalArgumentException("not a chart: no viewBox of four numbers");
    }
    int width = (int) Math.ceil(Double.parseDouble(box[2]) * scale);
    int height = (int) Math.ceil(Double.parseDouble(box[3]) * scale);
    image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    graphics = image.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, width, height);
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    graphics.scale(scale, scale);
    graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, FONT_SIZE));
  }

  /**
   * Draws a chart.
   *
   * @param svg a chart of {@link Charts}
   * @param scale pixels of one unit of the chart, which is 720 units wide; 2 is sharp on any screen
   * @throws IllegalArgumentException when it is no such chart
   */
  public static BufferedImage of(String svg, double scale) {
    XMLInputFactory factory = XMLInputFactory.newFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    try {
      XMLStreamReader reader = factory.createXMLStreamReader(new StringReader(svg));
      reader.nextTag();
      Picture picture = new Picture(reader, scale);
      picture.draw();
      return picture.image;
    } catch (XMLStreamException e) {
      throw new IllegalArgumentException("not a chart: no sound XML", e);
    }
  }

  private void draw() throws XMLStreamException {
    while (svg.hasNext()) {
      if (svg.next() == XMLStreamConstants.START_ELEMENT) {
        switch (svg.getLocalName()) {
          case "title" -> {}
          case "rect" -> rect();
          case "line" -> line();
          case "polyline" -> polyline();
          case "text" -> text();
          default -> throw new IllegalArgumentException("not a chart: " + svg.getLocalName());
        }
      }
    }
    graphics.dispose();
  }

  private void rect() {
    Color fill = colour("fill");
    double opacity = attribute("fill-opacity").map(Double::parseDouble).orElse(1.0);
    graphics.setColor(
        new Color(fill.getRed(), fill.getGreen(), fill.getBlue(), (int) Math.round(opacity * 255)));
    Rectangle2D box =
        new Rectangle2D.Double(number("x"), number("y"), number("width"), number("height"));
    graphics.fill(box);
    if (attribute("stroke").isPresent()) {
      graphics.setColor(colour("stroke"));
      float[] dashes = attribute("stroke-dasharray").map(Picture::numbers).orElse(null);
      graphics.setStroke(
          new BasicStroke(1f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 10f, dashes, 0f));
      graphics.draw(box);
    }
  }

  private static float[] numbers(String text) {
    String[] parts = text.split(" ");
    float[] numbers = new float[parts.length];
    for (int i = 0; i < parts.length; i++) {
      numbers[i] = Float.parseFloat(parts[i]);
    }
    return numbers;
  }

  private void line() {
    String kind = attribute("class").orElse("axis");
    graphics.setColor(COLOURS.get(kind));
    graphics.setStroke(
        new BasicStroke(kind.equals("halo") ? 4f : kind.equals("whisker") ? 1.6f : 1f));
    graphics.draw(new Line2D.Double(number("x1"), number("y1"), number("x2"), number("y2")));
  }

  private void polyline() {
    graphics.setColor(colour("stroke"));
    graphics.setStroke(
        new BasicStroke(
            (float) number("stroke-width"), BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    Path2D path = new Path2D.Double();
    for (String point : attribute("points").orElse("").split(" ")) {
      int comma = point.indexOf(',');
      if (comma > 0) {
        double x = Double.parseDouble(point.substring(0, comma));
        double y = Double.parseDouble(point.substring(comma + 1));
        if (path.getCurrentPoint() == null) {
          path.moveTo(x, y);
        }
        path.lineTo(x, y);
      }
    }
    graphics.draw(path);
  }

  private void text() throws XMLStreamException {
    double x = number("x");
    double y = number("y");
    String anchor = attribute("text-anchor").orElse("start");
    String text = svg.getElementText();
    double width = graphics.getFontMetrics().getStringBounds(text, graphics).getWidth();
    double left = anchor.equals("end") ? x - width : anchor.equals("middle") ? x - width / 2 : x;
    graphics.setColor(COLOURS.get("ink"));
    graphics.drawString(text, (float) left, (float) y);
  }

  /** The colour behind {@code var(--c1)}. */
  private Color colour(String name) {
    String value = attribute(name).orElse("").replaceAll("^var\\(|\\)$", "");
    return COLOURS.getOrDefault(value, COLOURS.get("ink"));
  }

  private double number(String name) {
    return Double.parseDouble(attribute(name).orElse("0"));
  }

  private Optional<String> attribute(String name) {
    return Optional.ofNullable(svg.getAttributeValue(null, name));
  }
}
