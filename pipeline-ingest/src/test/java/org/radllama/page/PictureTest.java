package org.radllama.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PictureTest {
  private static final int BLUE = 0x1f6feb;
  private static final int ORANGE = 0xd9480f;

  @Test
  void curvesAreDrawnWhereTheChartHasThem() {
    Charts.Series rising = new Charts.Series("a", new double[] {0, 1}, new double[] {0, 1});
    Charts.Series flat = new Charts.Series("b & c", new double[] {0, 1}, new double[] {0.5, 0.5});
    BufferedImage image = Picture.of(Charts.lines("x", "y", List.of(rising, flat)), 2);
    assertThat(image.getWidth()).isEqualTo(1440);
    assertThat(image.getHeight()).isEqualTo(600);
    // The frame leaves 64 units at the left, 16 at the right, 28 above and 44 below.
    assertThat(rgb(image, 2 * (64 + 160), 2 * (28 + 171))).isEqualTo(BLUE);
    assertThat(rgb(image, 2 * (64 + 480), 2 * (28 + 57))).isEqualTo(BLUE);
    assertThat(rgb(image, 2 * (64 + 160), 2 * (28 + 114))).isEqualTo(ORANGE);
    assertThat(rgb(image, 2 * (64 + 480), 2 * (28 + 171))).isEqualTo(0xffffff);
  }

  @Test
  void aBarIsAsLongAsItsValueAndItsWhiskersAreSeenOnIt() {
    List<Charts.Bar> bars =
        List.of(new Charts.Bar("a", 1, Double.NaN, Double.NaN), new Charts.Bar("b", 0.5, 0.4, 0.6));
    BufferedImage image = Picture.of(Charts.bars("score", bars), 1);
    // From 190 units on, 460 to the highest value; the colour at 85 % on white.
    int tinted = 0x4084ee;
    assertThat(rgb(image, 640, 16)).isEqualTo(tinted);
    assertThat(rgb(image, 410, 40)).isEqualTo(tinted);
    assertThat(rgb(image, 425, 40)).isEqualTo(0xffffff);
    // From 374 to 466 units, dark on a light edge.
    assertThat(rgb(image, 400, 46) & 0xff).isLessThan(0x80);
    assertThat(rgb(image, 440, 46) & 0xff).isLessThan(0x80);
    assertThat(rgb(image, 480, 46)).isEqualTo(0xffffff);
  }

  @Test
  void kindsOfBarsDifferInMoreThanColourAndAreNamed() {
    String svg =
        Charts.bars(
            "score",
            List.of(
                new Charts.Bar("a", 1, 0.9, 1, "model"),
                new Charts.Bar("b", 1, 0.9, 1, "baseline"),
                new Charts.Bar("c", 1, 0.9, 1, "cited"),
                new Charts.Bar("d", 1, 0.9, 1, "retrieval")));
    assertThat(svg).contains(">model</text>", ">baseline</text>", ">cited</text>", ">retrieval<");
    assertThat(
            Stream.of(svg.split("<rect"))
                .filter(rect -> rect.contains("width=\"22.0\""))
                .map(
                    rect ->
                        rect.replaceAll(".*(fill-opacity=\"[^\"]*\"|stroke-dasharray).*", "$1")))
        .hasSize(4)
        .doesNotHaveDuplicates();
    assertThat(Picture.of(svg, 1).getWidth()).isEqualTo(720);
  }

  @Test
  void binsOfWholeNumbersHoldEquallyMany() {
    // 0 to 44 words, each once: 40 bins of 1.1 would show peaks of two.
    double[] words = IntStream.range(0, 45).asDoubleStream().toArray();
    String svg = Charts.histogram("words", words, 40);
    assertThat(
            Stream.of(svg.split("<rect"))
                .skip(1)
                .map(rect -> rect.replaceAll(".* height=\"([^\"]*)\".*", "$1"))
                .limit(22)
                .distinct())
        .hasSize(1);
    assertThat(svg).contains("bins of 2").contains("<title>Histogram of words</title>");
  }

  @Test
  void otherSvgIsRefused() {
    assertThatThrownBy(() -> Picture.of("<svg viewBox='0 0 9 9'><image/></svg>", 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("not a chart: image");
    assertThatThrownBy(() -> Picture.of("<svg><rect", 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("not a chart: no ");
  }

  private static int rgb(BufferedImage image, int x, int y) {
    return image.getRGB(x, y) & 0xffffff;
  }
}
