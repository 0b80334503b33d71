package org.radllama.eval.predict;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class GenerateStageTest {
  /**
   * Every prompt is in one batch; a batch is at most a sixteenth of what is left when it begins.
   */
  @Test
  void batchesGetSmallerTowardsTheEnd() {
    for (int prompts : new int[] {0, 1, 7, 16, 100, 576, 5000}) {
      List<Integer> sizes = GenerateStage.sizes(prompts, 8);
      int left = prompts;
      for (int size : sizes) {
        assertThat(size).isBetween(1, 8).isLessThanOrEqualTo(left / 16 + 1);
        left -= size;
      }
      assertThat(left).isZero();
      assertThat(sizes).isSortedAccordingTo((a, b) -> b - a);
    }
    assertThat(GenerateStage.sizes(576, 8)).startsWith(8, 8, 8).endsWith(1, 1, 1);
  }

  /** The first 64 bits of SHA-256("abc"), as FIPS 180-2 gives them. */
  @Test
  void keysAreOfTheReportsAlone() {
    assertThat(GenerateStage.key("abc")).isEqualTo(0xba7816bf8f01cfeaL);
  }
}
