package org.radllama.eval;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.radllama.eval.predict.Baseline;
import org.radllama.run.Settings;
import org.radllama.train.engine.Decoding;

/** The settings with which {@code deploy/local/openi} evaluates go with one another. */
class OpenIRecipeTest {
  @Test
  void decodesByConsensusAndGreedily() {
    EvalConfig best = config("eval.conf");
    assertThat(best.generation().strategy()).isInstanceOf(Decoding.Samples.class);
    assertThat(best.generation().consensus()).get().isNotNull();
    assertThat(best.systems().baselines()).contains(Baseline.NEAREST, Baseline.NEIGHBOURS);
    assertThat(config("../openi-pretrained/eval.conf").generation().strategy())
        .isInstanceOf(Decoding.Greedy.class);
    assertThat(config("greedy.conf").generation().strategy()).isInstanceOf(Decoding.Greedy.class);
  }

  private static EvalConfig config(String file) {
    EvalFlags flags = new EvalFlags();
    flags.dataset = "dataset";
    String path = "../conf/openi-best/" + file;
    return EvalConfig.of(
        Settings.load("eval", Optional.of(path), flags.set, flags.overlay()), flags);
  }
}
