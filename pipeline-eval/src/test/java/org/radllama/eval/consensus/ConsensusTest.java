package org.radllama.eval.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ConsensusTest {
  /** Words too short for the stemmer, so that tokens are words. */
  private static final String[] WORDS = {"no", "new", "old", "mass", "of", "air"};

  /** By its definition: the expected F over a draw of the reference, by trying all subsequences. */
  @Test
  void hasTheHighestExpectedScore() {
    Random random = new Random(3);
    Consensus consensus = new Consensus();
    for (int run = 0; run < 400; run++) {
      List<MbrCandidate> support = support(random, 1 + random.nextInt(9));
      String chosen = consensus.of(support);
      assertThat(support).extracting(MbrCandidate::text).contains(chosen);
      double best =
          support.stream().mapToDouble(v -> expected(v.text(), support)).max().orElseThrow();
      assertThat(expected(chosen, support)).isGreaterThan(best - 1e-12);
      // Nor does the unit of the weights matter.
      List<MbrCandidate> halved =
          support.stream().map(v -> new MbrCandidate(v.text(), v.weight() / 2)).toList();
      assertThat(consensus.of(halved)).isEqualTo(chosen);
    }
  }

  @Test
  void oneCandidateOftenIsOneOfMoreWeight() {
    Random random = new Random(4);
    Consensus consensus = new Consensus();
    for (int run = 0; run < 100; run++) {
      List<MbrCandidate> once = new ArrayList<>();
      List<MbrCandidate> often = new ArrayList<>();
      for (String text : support(random, 6).stream().map(MbrCandidate::text).distinct().toList()) {
        int times = 1 + random.nextInt(4);
        once.add(new MbrCandidate(text, times));
        often.addAll(Collections.nCopies(times, new MbrCandidate(text, 1)));
      }
      assertThat(consensus.of(often)).isEqualTo(consensus.of(once));
    }
  }

  @Test
  void tiesGoToTheHeavierThenToTheFirst() {
    Consensus consensus = new Consensus();
    assertThat(consensus.of(List.of(new MbrCandidate("mass", 1), new MbrCandidate("air", 1))))
        .isEqualTo("mass");
    assertThat(consensus.of(List.of(new MbrCandidate("air", 1), new MbrCandidate("mass", 1))))
        .isEqualTo("air");
    // What has no words scores 0 even against itself.
    MbrCandidate empty = new MbrCandidate("", 5);
    assertThat(consensus.of(List.of(new MbrCandidate("--", 1), empty))).isEmpty();
    assertThat(consensus.of(List.of(empty))).isEmpty();
  }

  @Test
  void weightsThatAreNoneAreRefused() {
    for (double weight : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> new MbrCandidate("secret", weight))
          .hasMessage("a weight must be finite and at least 0, not " + weight);
    }
    assertThat(new MbrCandidate("secret", 1).toString()).doesNotContain("secret");
  }

  private static List<MbrCandidate> support(Random random, int n) {
    return IntStream.range(0, n)
        .mapToObj(
            i ->
                new MbrCandidate(
                    IntStream.range(0, random.nextInt(7))
                        .mapToObj(k -> WORDS[random.nextInt(WORDS.length)])
                        .collect(Collectors.joining(" ")),
                    random.nextInt(5)))
        .toList();
  }

  private static double expected(String text, List<MbrCandidate> support) {
    return support.stream()
        .mapToDouble(v -> v.weight() * fmeasure(words(text), words(v.text())))
        .sum();
  }

  private static List<String> words(String text) {
    return text.isEmpty() ? List.of() : Arrays.asList(text.split(" "));
  }

  private static double fmeasure(List<String> a, List<String> b) {
    return a.isEmpty() || b.isEmpty() ? 0 : 2.0 * longestCommon(a, b) / (a.size() + b.size());
  }

  private static int longestCommon(List<String> a, List<String> b) {
    int longest = 0;
    for (int kept = 0; kept < 1 << a.size(); kept++) {
      int at = 0;
      int length = 0;
      boolean common = true;
      for (int i = 0; i < a.size() && common; i++) {
        if ((kept >> i & 1) == 1) {
          int found = b.subList(at, b.size()).indexOf(a.get(i));
          common = found >= 0;
          at += found + 1;
          length++;
        }
      }
      longest = common ? Math.max(longest, length) : longest;
    }
    return longest;
  }
}
