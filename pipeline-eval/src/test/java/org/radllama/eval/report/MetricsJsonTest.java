package org.radllama.eval.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.radllama.eval.compare.Comparisons;
import org.radllama.eval.compare.Randomisation;
import org.radllama.eval.predict.EvaluationItem;
import org.radllama.eval.predict.EvaluationSet;
import org.radllama.eval.predict.Prediction;
import org.radllama.eval.rouge.RougeType;
import org.radllama.eval.score.Bootstrap;
import org.radllama.eval.score.Metrics;
import org.radllama.eval.score.ScoreStage;
import org.radllama.eval.score.Scores;
import org.radllama.eval.score.Subset;
import org.radllama.eval.score.SubsetIndex;
import org.radllama.eval.score.SummaryTable;
import org.radllama.ingest.run.Json;

class MetricsJsonTest {
  private static final Metrics METRICS =
      new Metrics(Stream.of("rouge1", "rougeL", "rougeLsum").map(RougeType::of).toList(), true);

  @Test
  void neitherPartitionsNorOrderChangeAByte() {
    SparkConf conf =
        new SparkConf().setMaster("local[2]").setAppName("test").set("spark.ui.enabled", "false");
    try (JavaSparkContext spark = new JavaSparkContext(conf)) {
      ScoreStage stage = new ScoreStage(spark, METRICS);
      List<Prediction> predictions = predictions();
      String one = json(stage.score(predictions, 1), predictions);
      Collections.shuffle(predictions, new Random(4));
      assertThat(json(stage.score(predictions, 7), predictions)).isEqualTo(one);
      assertThat(one).contains("\"rougeLsum_unstemmed_fmeasure\"", "\"abnormal\"", "\"p_holm\"");
    }
  }

  private static String json(Scores scores, List<Prediction> predictions) {
    List<EvaluationItem> items =
        predictions.stream().filter(p -> p.system().equals("a")).map(p -> item(p)).toList();
    SubsetIndex subsets = SubsetIndex.of(new EvaluationSet(items, List.of(), List.of()));
    Bootstrap bootstrap = new Bootstrap(50, 0.95, 1);
    Comparisons comparisons =
        new Comparisons(new Randomisation(200, 1), List.of("rougeL_fmeasure"), List.of(Subset.ALL));
    return Json.text(
        MetricsJson.of(
            new EvalOutcome(
                "run",
                Signature.of(METRICS, bootstrap),
                Optional.empty(),
                List.of(),
                List.of(),
                List.of(),
                items.size(),
                scores,
                SummaryTable.of(scores, subsets, bootstrap),
                comparisons.between(scores, subsets))));
  }

  private static EvaluationItem item(Prediction p) {
    String label = p.id().hashCode() % 2 == 0 ? "normal" : "abnormal";
    return new EvaluationItem(p.id(), p.dataset(), p.split(), "", p.reference(), label);
  }

  private static List<Prediction> predictions() {
    Random random = new Random(1);
    List<Prediction> predictions = new ArrayList<>();
    for (String system : List.of("b", "a", "c")) {
      for (int i = 0; i < 60; i++) {
        predictions.add(
            new Prediction(
                "id" + i, i % 3 == 0 ? "x" : "y", "test", system, text(random), text(random)));
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
