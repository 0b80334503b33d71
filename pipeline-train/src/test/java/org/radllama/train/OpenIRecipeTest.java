package org.radllama.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.radllama.run.Settings;
import org.radllama.train.engine.Adaptation;
import org.radllama.train.llama.LlamaWeights;

/** The settings with which {@code deploy/local/openi} trains are known and go with one another. */
class OpenIRecipeTest {
  @Test
  void trainsABaseAndAnAdapter() {
    TrainConfig base = config("base.conf", "tokenizer=tokenizer");
    assertThat(base.adaptation()).isInstanceOf(Adaptation.Full.class);
    assertThat(base.objective()).isEqualTo(TrainConfig.Objective.REPORT);
    TrainConfig lora = config("lora.conf", "base-model=base");
    assertThat(lora.adaptation()).isInstanceOf(Adaptation.Lora.class);
    assertThat(lora.objective()).isEqualTo(TrainConfig.Objective.IMPRESSION);
    // The second part continues from the first, so its adapter has the same shape.
    assertThat(config("adapter.conf", "base-model=base").adaptation()).isEqualTo(lora.adaptation());
  }

  @Test
  void thePretrainedModelSeesSimilarReports() {
    TrainConfig config = config("../openi-pretrained/adapter.conf", "base-model=base");
    assertThat(config.similar().toString()).contains("4");
    assertThat(((Adaptation.Lora) config.adaptation()).targets())
        .containsExactlyElementsOf(LlamaWeights.PROJECTIONS);
  }

  @Test
  void theRecommendedAdapterReachesEveryProjection() {
    TrainConfig recommended = config("../train-recommended.conf", "base-model=base");
    assertThat(((Adaptation.Lora) recommended.adaptation()).targets())
        .containsExactlyElementsOf(LlamaWeights.PROJECTIONS);
  }

  private static TrainConfig config(String file, String set) {
    Optional<String> path = Optional.of("../conf/openi-best/" + file);
    return TrainConfig.of(
        Settings.load("train", path, List.of("dataset=dataset", set), Map.of()).config());
  }
}
