package org.radllama.eval.join;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.radllama.dataset.NormalizedFindings;
import org.radllama.dataset.Split;
import org.radllama.eval.OpenISplit;
import org.radllama.eval.predict.EvaluationSet;

class NearTrainTest {

  @Test
  void findsExactlyTheSimilarByBruteForce() {
    Random random = new Random(3);
    List<String> train = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      train.add(text(random));
    }
    NearTrain near = new NearTrain(train);
    int found = 0;
    for (int i = 0; i < 600; i++) {
      String findings = i % 2 == 0 ? text(random) : changed(train.get(i / 2), random);
      boolean expected = train.stream().anyMatch(t -> jaccard(t, findings) >= 0.7);
      assertThat(near.has(findings)).as(findings).isEqualTo(expected);
      found += expected ? 1 : 0;
    }
    assertThat(found).isBetween(100, 500);
  }

  /** 206 by an independent all-pairs search in Python. */
  @Test
  void findsTheNeighboursOfThePublishedOpenISplit() throws IOException {
    OpenISplit openi = OpenISplit.load();
    List<List<Subset>> subsets =
        Subsets.of(List.of(8))
            .of(new EvaluationSet(Split.TEST, openi.test(), List.of(), openi.train()));
    assertThat(subsets.stream().filter(s -> s.contains(Subset.CLEAN_NEAR))).hasSize(576 - 206);
    assertThat(subsets.stream().filter(s -> s.contains(Subset.LEAKED))).hasSize(158);
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(25); i >= 0; i--) {
      text.append("word").append(random.nextInt(random.nextInt(2) == 0 ? 4 : 40)).append(' ');
    }
    return text.toString();
  }

  private static String changed(String text, Random random) {
    List<String> words = new ArrayList<>(List.of(text.split(" ")));
    if (random.nextBoolean()) {
      words.add(random.nextInt(words.size() + 1), "new");
    } else {
      words.remove(random.nextInt(words.size()));
    }
    return String.join(" ", words);
  }

  private static double jaccard(String a, String b) {
    Set<String> one = shingles(a);
    Set<String> other = shingles(b);
    Set<String> common = new HashSet<>(one);
    common.retainAll(other);
    return common.size() / (double) (one.size() + other.size() - common.size());
  }

  private static Set<String> shingles(String text) {
    String[] words = NormalizedFindings.of(text).split(" ");
    Set<String> shingles = new HashSet<>();
    for (int i = 0; i + 3 <= words.length; i++) {
      shingles.add(words[i] + " " + words[i + 1] + " " + words[i + 2]);
    }
    if (words.length < 3) {
      shingles.add(String.join(" ", words));
    }
    return shingles;
  }
}
