package org.radllama.ingest.dedup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.radllama.dataset.Fingerprint;
import org.radllama.dataset.Similarity;
import org.radllama.dataset.Split;
import org.radllama.ingest.split.OrderKey;

class DeduplicationTest {
  private static final Similarity SIMILARITY = new Similarity(2, 0.5, 1000);
  private static final String[] WORDS = {"0", "1", "2", "No", "left", "2", "нет"};

  /** Against the rules written down as loops over all pairs. */
  @ParameterizedTest
  @CsvSource({
    "true, true, false",
    "true, true, true",
    "true, false, false",
    "true, false, true",
    "false, false, false"
  })
  void decidesAsTheRulesSay(boolean exact, boolean near, boolean keepContradictions) {
    for (LeakagePolicy leakage : LeakagePolicy.values()) {
      Random random = new Random(7);
      for (int round = 0; round < 300; round++) {
        List<Member> members = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        corpus(random, members, texts);
        DedupPolicy policy = new DedupPolicy(exact, near, keepContradictions, SIMILARITY, leakage);
        Decisions decisions = Searches.decide(members, texts, policy);
        BruteForce expected = new BruteForce(members, texts, policy);
        assertThat(decisions.verdicts()).isEqualTo(expected.verdicts());
        assertThat(decisions.leaks()).isEqualTo(expected.leaks());
        assertThat(decisions.clustering().pairs()).hasValue(expected.pairs());
        assertThat(decisions.clustering().contradictions()).hasValue(expected.contradictions());
        assertThat(decisions.clustering().clusters()).isEqualTo(expected.clusters());
      }
    }
  }

  private static void corpus(Random random, List<Member> members, List<String> texts) {
    int n = random.nextInt(16);
    for (int i = 0; i < n; i++) {
      StringBuilder text = new StringBuilder();
      for (int w = 3 + random.nextInt(5); w > 0; w--) {
        text.append(WORDS[random.nextInt(WORDS.length)]).append(random.nextBoolean() ? " " : ". ");
      }
      Split split = Split.values()[random.nextInt(3)];
      String source = random.nextBoolean() ? "a" : "b";
      OrderKey order = new OrderKey(source, random.nextInt(3), source + "/" + i);
      members.add(new Member(order, split, Fingerprint.of(text.toString())));
      texts.add(text.toString());
    }
    Searches.sort(members, texts);
  }
}
