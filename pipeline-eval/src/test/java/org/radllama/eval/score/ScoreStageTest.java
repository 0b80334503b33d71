package org.radllama.eval.score;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.radllama.eval.predict.Prediction;
import org.radllama.eval.rouge.RougeType;

class ScoreStageTest {

  @Test
  void neitherPartitionsNorOrderChangeAValue() {
    SparkConf conf =
        new SparkConf()
            .setMaster("local[2]")
            .setAppName("test")
            .set("spark.ui.enabled", "false")
            .set("spark.driver.allowMultipleContexts", "true");
    Metrics metrics =
        new Metrics(Stream.of("rouge1", "rougeLsum").map(RougeType::of).toList(), true);
    List<Prediction> predictions = predictions();
    try (JavaSparkContext spark =
        JavaSparkContext.fromSparkContext(org.apache.spark.SparkContext.getOrCreate(conf))) {
      ScoreStage stage = new ScoreStage(spark, metrics);
      Scores one = stage.score(predictions, 1);
      Collections.shuffle(predictions, new Random(4));
      Scores seven = stage.score(predictions, 7);
      assertThat(seven.predictions()).isEqualTo(one.predictions());
      for (int row = 0; row < one.values().size(); row++) {
        assertThat(seven.values().get(row)).isEqualTo(one.values().get(row));
      }
      assertThat(one.metrics()).hasSize(12);
    }
  }

  private static List<Prediction> predictions() {
    Random random = new Random(1);
    List<Prediction> predictions = new ArrayList<>();
    for (String system : List.of("b", "a")) {
      for (int i = 0; i < 50; i++) {
        predictions.add(new Prediction("id" + i, "d", "test", system, text(random), text(random)));
      }
    }
    return predictions;
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < random.nextInt(30); i++) {
      text.append("word").append(random.nextInt(9)).append(random.nextInt(6) == 0 ? "\n" : " ");
    }
    return text.toString();
  }
}
