package org.radllama.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.util.List;
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
  void aBarIsAsLongAsItsValue() {
    List<Charts.Bar> bars =
        List.of(new Charts.Bar("a", 1, Double.NaN, Double.NaN), new Charts.Bar("b", 0.5, 0.4, 0.6));
    BufferedImage image = Picture.of(Charts.bars("score", bars), 1);
    // From 170 units on, 480 to the highest value; three quarters of the colour on white.
    int tinted = 0x5793f0;
    assertThat(rgb(image, 640, 38)).isEqualTo(tinted);
    assertThat(rgb(image, 405, 60)).isEqualTo(tinted);
    assertThat(rgb(image, 415, 60)).isEqualTo(0xffffff);
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
