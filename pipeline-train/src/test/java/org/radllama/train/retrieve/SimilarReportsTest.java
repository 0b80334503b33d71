package org.radllama.train.retrieve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.radllama.dataset.InstructionExample;
import org.radllama.dataset.NormalizedFindings;
import org.radllama.dataset.PromptTemplate;
import org.radllama.failure.BadSettingException;
import org.radllama.ingest.synthetic.ReportGenerator;
import org.radllama.run.Json;

class SimilarReportsTest {
  private static final ReportGenerator REPORTS = new ReportGenerator(9);

  private static InstructionExample example(String id, int i) {
    String findings = REPORTS.report(i).findings();
    // The impression names its report.
    return new InstructionExample(
        id, "s", id, PromptTemplate.INSTRUCTION, "", id, findings, id, "unknown");
  }

  private static List<InstructionExample> examples(String prefix, int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> example(prefix + i, i)).toList();
  }

  private static List<String> ids(SimilarReports similar, InstructionExample report) {
    return similar.before(report).stream()
        .map(text -> text.replaceAll("(?s).*: (\\S+)\n$", "$1"))
        .toList();
  }

  /** Weighted Jaccard of words and pairs, as the documentation says it. */
  private static double similarity(List<Set<String>> train, Set<String> a, Set<String> b) {
    Set<String> union = new HashSet<>(a);
    union.addAll(b);
    double both = 0;
    double either = 0;
    for (String gram : union) {
      long holding = Math.max(1, train.stream().filter(set -> set.contains(gram)).count());
      double weight = Math.pow(Math.log(1 + train.size() / (double) holding), 2);
      either += weight;
      both += a.contains(gram) && b.contains(gram) ? weight : 0;
    }
    return both / either;
  }

  private static Set<String> grams(String findings) {
    String[] words = NormalizedFindings.of(findings).split(" ");
    Set<String> grams = new HashSet<>(List.of(words));
    for (int i = 1; i < words.length; i++) {
      grams.add(words[i - 1] + " " + words[i]);
    }
    return grams;
  }

  @Test
  void theMostSimilarOthersAreShownAndNeverTheReportItself() {
    List<InstructionExample> train = new ArrayList<>(examples("a", 0, 60));
    // The same findings under other ids: the first of them is found, but not itself.
    train.addAll(examples("again", 0, 5));
    List<Set<String>> sets = train.stream().map(e -> grams(e.findings())).toList();
    List<InstructionExample> reports = new ArrayList<>(train);
    reports.addAll(examples("b", 60, 75));
    SimilarRule rule = new SimilarRule(4, SimilarRule.Show.IMPRESSION);
    SimilarReports similar = SimilarReports.find(rule, train, reports);
    for (InstructionExample report : reports) {
      Set<String> own = grams(report.findings());
      List<String> brute =
          IntStream.range(0, train.size())
              .filter(i -> !train.get(i).id().equals(report.id()))
              .boxed()
              .sorted(
                  Comparator.comparingLong(
                      i -> -Math.round(similarity(sets, sets.get(i), own) * 1e12)))
              .limit(4)
              .map(i -> train.get(i).id())
              .toList();
      assertThat(ids(similar, report)).isEqualTo(brute).doesNotContain(report.id());
    }
    assertThat(ids(similar, train.get(3))).startsWith("again3");
    assertThat(ids(similar, train.get(63))).startsWith("a3");
    assertThatThrownBy(() -> similar.before(example("c", 1)))
        .hasMessage("no similar reports were looked for of c");
  }

  @Test
  void executorsFindTheSame() {
    List<InstructionExample> train = examples("a", 0, 150);
    SimilarRule rule = new SimilarRule(3, SimilarRule.Show.REPORT);
    SimilarReports here = SimilarReports.find(rule, train, train);
    try (JavaSparkContext spark = new JavaSparkContext("local[2]", "similar")) {
      SimilarReports there = SimilarReports.find(spark, rule, train, train);
      for (InstructionExample report : train) {
        assertThat(there.before(report)).isEqualTo(here.before(report)).hasSize(3);
        assertThat(there.before(report).get(0))
            .startsWith("Similar report\nFindings: ")
            .matches("(?s).*\nImpression: a\\d+\n\n");
      }
    }
  }

  @Test
  void fewReportsAndNoneAreShownAsTheyAre() {
    List<InstructionExample> train = examples("a", 0, 3);
    SimilarRule rule = new SimilarRule(9, SimilarRule.Show.IMPRESSION);
    assertThat(SimilarReports.find(rule, train, train).before(train.get(0))).hasSize(2);
    assertThat(SimilarReports.find(rule, train.subList(0, 1), train).before(train.get(0)))
        .isEmpty();
    assertThat(SimilarReports.find(SimilarRule.NONE, train, train).before(train.get(0))).isEmpty();
    assertThat(SimilarReports.NONE.before(train.get(0))).isEmpty();
  }

  @Test
  void theRuleIsWrittenAndReadAndChecked() {
    for (SimilarRule.Show show : SimilarRule.Show.values()) {
      SimilarRule rule = new SimilarRule(7, show);
      assertThat(SimilarRule.of(rule.toJson())).isEqualTo(rule);
    }
    assertThat(SimilarRule.of(Json.mapper().missingNode())).isEqualTo(SimilarRule.NONE);
    assertThatThrownBy(() -> SimilarRule.of(Json.mapper().createObjectNode().put("count", "2")))
        .hasMessage("count is missing or not an integer");
    assertThatThrownBy(() -> SimilarRule.of(Json.mapper().createObjectNode().put("count", 2)))
        .hasMessage("show is not one of report, impression");
    assertThatThrownBy(() -> new SimilarRule(101, SimilarRule.Show.REPORT))
        .isInstanceOf(BadSettingException.class)
        .hasMessage("prompt.similar.count is 101, must be in 0 to 100");
  }
}
