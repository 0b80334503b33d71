package org.radllama.eval.predict;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.radllama.dataset.InstructionExample;
import org.radllama.dataset.NormalizedFindings;
import org.radllama.dataset.Split;
import org.radllama.eval.OpenISplit;
import org.radllama.eval.rouge.RougeScorer;
import org.radllama.eval.rouge.RougeType;
import org.radllama.eval.score.statistics.ExactSum;
import org.radllama.train.retrieve.NearestFindings;
import org.radllama.train.retrieve.NearestIndex;

/**
 * The baselines on the real split against figures computed independently in Python (mean F of
 * rouge1, rouge2 and rougeL without stemmer).
 */
class BaselinesOnOpenITest {
  private static OpenISplit openi;
  private static boolean[] leaked;

  @BeforeAll
  static void load() throws IOException {
    openi = OpenISplit.load();
    Set<String> train = new HashSet<>();
    openi.train().forEach(e -> train.add(NormalizedFindings.of(e.findings())));
    leaked = new boolean[openi.test().size()];
    for (int i = 0; i < leaked.length; i++) {
      leaked[i] = train.contains(NormalizedFindings.of(openi.test().get(i).findings()));
    }
  }

  @Test
  void leakedReportsAreCounted() {
    assertThat(openi.train()).hasSize(2843);
    assertThat(leaked).hasSize(576);
    assertThat(IntStream.range(0, 576).filter(i -> leaked[i])).hasSize(158);
  }

  @Test
  void constant() {
    EvaluationSet set = new EvaluationSet(Split.TEST, openi.test(), List.of(), openi.train());
    Map<String, String> byId =
        new Baselines(null, set, new Neighbours(1, 0)).answers(Baseline.CONSTANT).byId();
    List<String> answers = openi.test().stream().map(e -> byId.get(e.id())).toList();
    assertThat(means(answers, i -> true, false)).containsExactly(0.462, 0.354, 0.461);
    assertThat(means(answers, i -> !leaked[i], false)).containsExactly(0.409, 0.303, 0.408);
  }

  @Test
  void nearest() {
    List<String> answers = nearestAnswers();
    assertThat(means(answers, i -> true, false)).containsExactly(0.630, 0.557, 0.624);
    assertThat(means(answers, i -> leaked[i], false)).containsExactly(0.871, 0.842, 0.871);
    assertThat(means(answers, i -> !leaked[i], false)).containsExactly(0.539, 0.450, 0.530);
  }

  @Test
  void copyOfTheFindings() {
    List<String> answers = openi.test().stream().map(InstructionExample::findings).toList();
    assertThat(means(answers, i -> true, false)).containsExactly(0.148, 0.051, 0.128);
  }

  @Test
  void nearestIsTheFirstOfTheMostSimilarByBruteForce() {
    List<Set<String>> train = openi.train().stream().map(e -> words(e.findings())).toList();
    List<InstructionExample> some = openi.test().subList(0, 100);
    int[] found = nearest(some);
    for (int i = 0; i < some.size(); i++) {
      Set<String> query = words(some.get(i).findings());
      double[] similarity = train.stream().mapToDouble(t -> jaccard(t, query)).toArray();
      double best = Arrays.stream(similarity).max().orElseThrow();
      int first =
          IntStream.range(0, similarity.length)
              .filter(k -> similarity[k] == best)
              .findFirst()
              .orElseThrow();
      assertThat(found[i]).isEqualTo(first);
    }
  }

  private static Set<String> words(String findings) {
    return new HashSet<>(Arrays.asList(NormalizedFindings.of(findings).split(" ")));
  }

  private static double jaccard(Set<String> a, Set<String> b) {
    Set<String> common = new HashSet<>(a);
    common.retainAll(b);
    return (double) common.size() / (a.size() + b.size() - common.size());
  }

  private static int[] nearest(List<InstructionExample> examples) {
    NearestFindings train =
        new NearestFindings(openi.train().stream().map(InstructionExample::findings).toList());
    NearestIndex.Searcher searcher = train.index().searcher();
    return examples.stream().mapToInt(e -> searcher.nearest(train.query(e.findings()))).toArray();
  }

  private static List<String> nearestAnswers() {
    return Arrays.stream(nearest(openi.test()))
        .mapToObj(i -> openi.train().get(i).impression())
        .toList();
  }

  private static double[] means(List<String> answers, IntPredicate included, boolean stemming) {
    RougeScorer scorer =
        new RougeScorer(
            Stream.of("rouge1", "rouge2", "rougeL").map(RougeType::of).toList(), stemming);
    double[] means = new double[3];
    int[] rows = IntStream.range(0, answers.size()).filter(included).toArray();
    for (int type = 0; type < 3; type++) {
      ExactSum sum = new ExactSum();
      for (int i : rows) {
        sum.add(
            scorer.score(openi.test().get(i).impression(), answers.get(i)).get(type).fmeasure());
      }
      means[type] = Math.round(sum.value() / rows.length * 1000) / 1000.0;
    }
    return means;
  }
}
