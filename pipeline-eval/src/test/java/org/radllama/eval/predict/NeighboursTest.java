package org.radllama.eval.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.radllama.eval.consensus.MbrCandidate;
import org.radllama.train.retrieve.NearestFindings;
import org.radllama.train.retrieve.NearestIndex;

class NeighboursTest {
  /** On texts of few words, some of them empty, many equal. */
  @Test
  void theMostSimilarAreThoseOfBruteForce() {
    Random random = new Random(8);
    for (int longest : new int[] {1, 2, 3}) {
      for (int run = 0; run < 40; run++) {
        List<String> train = texts(random, 1 + random.nextInt(30));
        NearestFindings index = new NearestFindings(train, longest);
        for (String query : texts(random, 5)) {
          int most = 1 + random.nextInt(12);
          double[] all = similarities(train, query, longest);
          NearestIndex.Found found = index.index().searcher().mostSimilar(index.query(query), most);
          double[] best =
              IntStream.range(0, all.length).mapToDouble(i -> -all[i]).sorted().toArray();
          assertThat(found.sets()).hasSize(Math.min(most, all.length)).doesNotHaveDuplicates();
          for (int i = 0; i < found.sets().length; i++) {
            assertThat(found.similarities()[i])
                .isCloseTo(-best[i], within(1e-12))
                .isCloseTo(all[found.sets()[i]], within(1e-12));
          }
          for (int i = 1; i < found.sets().length; i++) {
            boolean tie = found.similarities()[i] == found.similarities()[i - 1];
            assertThat(!tie || found.sets()[i] > found.sets()[i - 1]).isTrue();
            if (train.get(found.sets()[i]).equals(train.get(found.sets()[i - 1]))) {
              assertThat(tie).isTrue();
            }
          }
        }
      }
    }
  }

  private static double[] similarities(List<String> train, String query, int longest) {
    List<Set<List<String>>> sets = train.stream().map(t -> grams(t, longest)).toList();
    return sets.stream().mapToDouble(set -> similarity(sets, set, grams(query, longest))).toArray();
  }

  private static double similarity(
      List<Set<List<String>>> sets, Set<List<String>> a, Set<List<String>> b) {
    double both = 0;
    double either = 0;
    Set<List<String>> union = new HashSet<>(a);
    union.addAll(b);
    for (List<String> gram : union) {
      long holding = Math.max(1, sets.stream().filter(set -> set.contains(gram)).count());
      double weight = Math.pow(Math.log(1 + sets.size() / (double) holding), 2);
      either += weight;
      both += a.contains(gram) && b.contains(gram) ? weight : 0;
    }
    return union.isEmpty() ? 1 : both / either;
  }

  private static List<String> texts(Random random, int n) {
    return IntStream.range(0, n)
        .mapToObj(
            i ->
                IntStream.range(0, random.nextInt(6))
                    .mapToObj(k -> "w" + random.nextInt(5))
                    .collect(Collectors.joining(" ")))
        .toList();
  }

  private static Set<List<String>> grams(String text, int longest) {
    Set<List<String>> grams = new HashSet<>();
    List<String> words = text.isEmpty() ? List.of() : List.of(text.split(" "));
    for (int from = 0; from < words.size(); from++) {
      for (int to = from + 1; to <= Math.min(words.size(), from + longest); to++) {
        grams.add(words.subList(from, to));
      }
    }
    return grams;
  }

  @Test
  void weightsAreOfSumOneAndFollowTheSimilarity() {
    double[] weights = new Neighbours(3, 2).weights(new double[] {0.9, 0.4, 0.4});
    assertThat(Arrays.stream(weights).sum()).isCloseTo(1, within(1e-12));
    assertThat(weights[0] / weights[1]).isCloseTo(Math.E, within(1e-12));
    assertThat(weights[2]).isEqualTo(weights[1]);
    assertThat(new Neighbours(2, 0).weights(new double[] {1, 0})).containsExactly(0.5, 0.5);
    assertThat(new Neighbours(2, 1e6).weights(new double[] {1, 0})).containsExactly(1, 0);
    assertThatThrownBy(() -> new Neighbours(0, 1))
        .hasMessage("neighbours.count is 0, must be at least 1");
    assertThatThrownBy(() -> new Neighbours(1, -1))
        .hasMessage("neighbours.sharpness is -1.0, must be finite and at least 0");
  }

  @Test
  void samplesShareWhatNeighboursLeave() {
    ConsensusRule rule = new ConsensusRule(new Neighbours(2, 1), 0.6, "");
    List<String> samples = List.of("a", "b", "a", "c");
    assertThat(
            rule.support(
                samples, List.of(new MbrCandidate("n", 0.75), new MbrCandidate("a", 0.25))))
        .extracting(MbrCandidate::weight)
        .usingComparatorForType(Comparator.comparing(w -> Math.round(w * 1e12)), Double.class)
        .containsExactly(0.45, 0.15, 0.1, 0.1, 0.1, 0.1);
    assertThat(rule.support(samples, List.of()))
        .extracting(MbrCandidate::weight)
        .containsExactly(0.25, 0.25, 0.25, 0.25);
  }
}
