package org.radllama.eval.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.dataset.InstructionExample;
import org.radllama.dataset.Split;
import org.radllama.eval.OpenISplit;
import org.radllama.eval.compare.Comparisons;
import org.radllama.eval.compare.Randomisation;
import org.radllama.eval.join.Inputs;
import org.radllama.eval.join.ReportJoin;
import org.radllama.eval.join.Subset;
import org.radllama.eval.join.Subsets;
import org.radllama.eval.predict.EvaluationSet;
import org.radllama.eval.predict.MissingPolicy;
import org.radllama.eval.predict.SystemAnswers;
import org.radllama.eval.rouge.RougeType;
import org.radllama.eval.rouge.Tokenization;
import org.radllama.eval.score.FindingEvidence;
import org.radllama.eval.score.ScoreStage;
import org.radllama.eval.score.family.BleuFamily;
import org.radllama.eval.score.family.ChrfFamily;
import org.radllama.eval.score.family.FindingsFamily;
import org.radllama.eval.score.family.Metrics;
import org.radllama.eval.score.family.RougeFamily;
import org.radllama.eval.score.statistics.Bootstrap;
import org.radllama.eval.score.statistics.Cell;
import org.radllama.eval.score.statistics.Intervals;
import org.radllama.eval.score.statistics.SufficientStatistics;
import org.radllama.eval.score.statistics.SummaryTable;
import org.radllama.run.Json;

class MetricsJsonTest {
  private static final List<RougeType> TYPES =
      Stream.of("rouge1", "rougeL", "rougeLsum").map(RougeType::of).toList();

  @TempDir Path dir;

  @Test
  void neitherPartitionsNorOrderChangeAByte() throws IOException {
    Metrics metrics =
        new Metrics(
            List.of(
                new RougeFamily(TYPES, true, Tokenization.ROUGE_SCORE),
                new RougeFamily(TYPES, false, Tokenization.ROUGE_SCORE),
                new BleuFamily(),
                new ChrfFamily(),
                new FindingsFamily()));
    SparkConf conf =
        new SparkConf().setMaster("local[2]").setAppName("test").set("spark.ui.enabled", "false");
    try (JavaSparkContext spark = new JavaSparkContext(conf)) {
      List<InstructionExample> items = items(60);
      String one = json(spark, metrics, items, 1, "a");
      Collections.shuffle(items, new Random(4));
      assertThat(json(spark, metrics, items, 7, "b")).isEqualTo(one);
      assertThat(one).contains("\"rougeLsum_unstemmed_fmeasure\"", "\"abnormal\"", "\"p_holm\"");
      for (String name : List.of("predictions.jsonl", "unmatched.jsonl")) {
        assertThat(dir.resolve("a/" + name)).hasSameBinaryContentAs(dir.resolve("b/" + name));
      }
    }
  }

  /** The same where a corpus is resampled in groups of reports. */
  @Test
  void norWhereReportsAreManyEnoughToBeGrouped() throws IOException {
    Metrics metrics =
        new Metrics(
            List.of(new RougeFamily(TYPES, true, Tokenization.ROUGE_SCORE), new BleuFamily()));
    SparkConf conf =
        new SparkConf().setMaster("local[2]").setAppName("test").set("spark.ui.enabled", "false");
    try (JavaSparkContext spark = new JavaSparkContext(conf)) {
      List<InstructionExample> items = items(Cell.MOST_SINGLE_REPORTS + 500);
      String one = json(spark, metrics, items, 1, "a");
      Collections.shuffle(items, new Random(4));
      assertThat(json(spark, metrics, items, 5, "b")).isEqualTo(one);
    }
  }

  private String json(
      JavaSparkContext spark,
      Metrics metrics,
      List<InstructionExample> items,
      int partitions,
      String out)
      throws IOException {
    List<SystemAnswers> answers = new ArrayList<>();
    for (String system : List.of("b", "a", "c")) {
      Map<String, String> byId = new HashMap<>();
      items.forEach(i -> byId.put(i.id(), text(new Random((system + i.id()).hashCode()))));
      answers.add(new SystemAnswers(system, SystemAnswers.Kind.MODEL, byId));
    }
    Inputs inputs =
        new Inputs(
            Optional.of(new EvaluationSet(Split.TEST, items, List.of(), List.of())),
            answers,
            Map.of(),
            List.of(),
            MissingPolicy.SHARED,
            Subsets.of(List.of(5)));
    ReportJoin join = ReportJoin.of(spark, inputs, partitions);
    Files.createDirectories(dir.resolve(out));
    SufficientStatistics sums =
        new ScoreStage(spark, metrics, 0, FindingEvidence.NONE)
            .score(
                join,
                FileSystem.getLocal(spark.hadoopConfiguration()),
                new org.apache.hadoop.fs.Path(dir.resolve(out).toUri()));
    Intervals intervals = new Intervals(new Bootstrap(50, 0.95, 1), false);
    Comparisons comparisons =
        new Comparisons(
            new Randomisation(200, 1), List.of("rougeL_fmeasure", "bleu4"), List.of(Subset.ALL));
    EvalOutcome outcome =
        new EvalOutcome(
            "run",
            Signature.of(metrics, intervals),
            metrics,
            Optional.empty(),
            Map.of(),
            List.of(),
            List.of(),
            join.counts(),
            sums,
            SummaryTable.of(sums, metrics, intervals),
            comparisons.between(sums, metrics));
    String text = Json.text(PublishedScores.json(outcome));
    assertReadBack(outcome, text);
    return text;
  }

  private static void assertReadBack(EvalOutcome outcome, String text) throws IOException {
    PublishedScores read = PublishedScores.of(Json.mapper().readTree(text));
    assertThat(read.signature()).isEqualTo(outcome.signature());
    assertThat(read.table().all()).containsExactlyElementsOf(outcome.summaries().all());
    assertThat(read.comparisons()).isEqualTo(outcome.comparisons());
  }

  private static List<InstructionExample> items(int n) {
    Random random = new Random(1);
    List<InstructionExample> items = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      String label = random.nextBoolean() ? "normal" : "abnormal";
      String source = i % 3 == 0 && n < 100 ? "x" : "y";
      items.add(OpenISplit.example(source + "/id" + i, "", text(random), label));
    }
    return items;
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < random.nextInt(30); i++) {
      text.append("word").append(random.nextInt(9)).append(random.nextInt(6) == 0 ? "\n" : " ");
    }
    return text.append(random.nextBoolean() ? "no effusion" : "effusion").toString();
  }
}
