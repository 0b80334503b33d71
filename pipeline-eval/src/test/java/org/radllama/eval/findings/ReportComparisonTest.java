package org.radllama.eval.findings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

class ReportComparisonTest {
  private final ReportComparison comparison = new ReportComparison(List.of());

  @Test
  void gradesPairsThatDifferInOneThing() throws IOException {
    SoftAssertions all = new SoftAssertions();
    for (String line : FindingLabellerTest.lines("graded-pairs.tsv")) {
      String[] parts = line.split("\t");
      ReportComparison.Grades grades = comparison.compare(parts[1], parts[2]);
      all.assertThat(
              List.of("" + grades.major(), "" + grades.minor(), "" + grades.contradictions()))
          .as(line)
          .isEqualTo(List.of(parts).subList(3, 6));
    }
    all.assertAll();
  }

  /**
   * A report agrees with itself, errors are the same from either side, and none lowers no score.
   */
  @Test
  void gradesAreFair() throws IOException {
    List<String> sentences = new ArrayList<>();
    for (String line : FindingLabellerTest.lines("hard-cases.tsv")) {
      sentences.add(line.split("\t")[1].replace("\\n", "\n"));
    }
    for (String line : FindingLabellerTest.lines("graded-pairs.tsv")) {
      sentences.addAll(List.of(line.split("\t")).subList(1, 3));
    }
    Random random = new Random(11);
    for (int round = 0; round < 2000; round++) {
      String a = draw(sentences, random);
      String b = draw(sentences, random);
      assertThat(comparison.compare(a, a))
          .satisfies(
              same -> {
                assertThat(same.score()).isEqualTo(1);
                assertThat(same.major() + same.minor() + same.contradictions()).isZero();
                assertThat(same.advised().both()).isEqualTo(same.advised().reference());
              });
      ReportComparison.Grades there = comparison.compare(a, b);
      ReportComparison.Grades back = comparison.compare(b, a);
      assertThat(back.score()).isEqualTo(there.score());
      assertThat(back.major()).isEqualTo(there.major());
      assertThat(back.minor()).isEqualTo(there.minor());
      assertThat(back.contradictions()).isEqualTo(there.contradictions());
      assertThat(there.score()).isGreaterThan(0).isLessThanOrEqualTo(1);
      assertThat(there.score() < 1).isEqualTo(there.major() + there.minor() > 0);
      assertThat(there.contradictions()).isLessThanOrEqualTo(there.major() + there.minor());
    }
  }

  private static String draw(List<String> sentences, Random random) {
    List<String> some = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      some.add(sentences.get(random.nextInt(sentences.size())));
    }
    return String.join("\n\n", some);
  }
}
