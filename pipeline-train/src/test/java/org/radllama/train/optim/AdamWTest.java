package org.radllama.train.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.radllama.train.optim.Schedule.Shape;

/** Against PyTorch: src/test/scripts/adamw_reference.py printed the numbers. */
class AdamWTest {
  private static final float[] PARAMETERS = {
    -0.0513157f, 1.1024007f, -0.0385403f, -0.7750467f, 0.4348875f
  };
  private static final double[] NORMS = {
    5.247464, 4.809346, 4.259659, 4.142926, 4.592278, 5.129469, 5.294304, 4.966279, 4.394165,
    4.109444, 4.430175, 5.000730
  };

  @Test
  void stepsClippingAndScheduleArePyTorchs() {
    float[] p = new float[5];
    for (int i = 0; i < 5; i++) {
      p[i] = (float) Math.sin(1.7 * i);
    }
    AdamW adam = new AdamW(new AdamW.Hyper(0.8, 0.95, 1e-6, 0.1), 5);
    Schedule schedule = new Schedule(Shape.COSINE, 0.05, 3, 12);
    for (int step = 0; step < 12; step++) {
      float[] g = new float[5];
      for (int i = 0; i < 5; i++) {
        g[i] = (float) (6 * Math.cos(0.9 * i + 0.5 * step));
      }
      assertThat(Clipping.scaleAndClip(g, 0.5, 2.0)).isCloseTo(NORMS[step], within(1e-5));
      adam.step(p, g, schedule.rate(step));
    }
    for (int i = 0; i < 5; i++) {
      assertThat(p[i]).isCloseTo(PARAMETERS[i], within(1e-6f));
    }
  }

  @Test
  void schedulesRiseAndFall() {
    Schedule linear = new Schedule(Shape.LINEAR, 2.0, 4, 12);
    assertThat(new double[] {linear.rate(0), linear.rate(2), linear.rate(4), linear.rate(8)})
        .containsExactly(0, 1, 2, 1);
    assertThat(linear.rate(12)).isZero();
    Schedule constant = new Schedule(Shape.CONSTANT, 2.0, 0, 12);
    assertThat(new double[] {constant.rate(0), constant.rate(11)}).containsExactly(2, 2);
  }
}
