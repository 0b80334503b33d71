package org.radllama.eval.score.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.radllama.eval.compare.Randomisation;
import org.radllama.eval.join.Corpus;
import org.radllama.eval.join.JoinedReport;
import org.radllama.eval.join.Subset;
import org.radllama.eval.score.family.ExactMatchFamily;
import org.radllama.eval.score.family.LengthFamily;
import org.radllama.eval.score.family.Metrics;

/** Groups of reports give what single reports give, within what a bootstrap says of itself. */
class GroupingTest {
  private static final Metrics METRICS =
      new Metrics(List.of(new ExactMatchFamily(), new LengthFamily()));
  private static final Corpus CORPUS = new Corpus("c", "test");

  @Test
  void intervalsAreAsWideAsThoseOfSingleReports() {
    Cell single = cell(true, 30_000, 1, 0.3);
    Cell grouped = cell(false, 30_000, 1, 0.3);
    assertThat(grouped.groupsByKey()).hasSize(2048);
    assertThat(grouped.sums()).isEqualTo(single.sums());
    Bootstrap bootstrap = new Bootstrap(2000, 0.95, 7);
    Bootstrap.Interval[] rows = bootstrap.intervals(single.groupRows(), METRICS);
    Bootstrap.Interval[] groups = bootstrap.intervals(grouped.groupRows(), METRICS);
    for (int metric = 0; metric < 2; metric++) {
      double width = rows[metric].high() - rows[metric].low();
      assertThat(groups[metric].high() - groups[metric].low())
          .isCloseTo(width, within(0.1 * width));
      assertThat(groups[metric].low()).isCloseTo(rows[metric].low(), within(0.1 * width));
    }
    // 1.96 standard errors of a share on both sides.
    double share = METRICS.score(0, single.sums(), 30_000);
    double expected = 2 * 1.96 * Math.sqrt(share * (1 - share) / 30_000);
    assertThat(groups[0].high() - groups[0].low()).isCloseTo(expected, within(0.08 * expected));
  }

  @Test
  void testsOfGroupsKeepTheirLevel() {
    int rejected = 0;
    for (int round = 0; round < 60; round++) {
      Cell a = cell(false, 9000, 1000 + round, 0.3);
      Cell b = cell(false, 9000, 2000 + round, 0.3);
      double p =
          new Randomisation(400, round)
              .p(
                  METRICS.slices(1, a.groupRows()),
                  METRICS.slices(1, b.groupRows()),
                  sums -> METRICS.ofSlice(1, sums));
      rejected += p < 0.1 ? 1 : 0;
    }
    // 60 tests at 0.1: 6 with a standard deviation of 2.3.
    assertThat(rejected).isBetween(0, 14);
    Cell a = cell(false, 9000, 5, 0.3);
    Cell b = cell(false, 9000, 6, 0.34);
    double p =
        new Randomisation(999, 1)
            .p(
                METRICS.slices(0, a.groupRows()),
                METRICS.slices(0, b.groupRows()),
                sums -> METRICS.ofSlice(0, sums));
    assertThat(p).isEqualTo(0.001);
  }

  private static Cell cell(boolean single, int n, long seed, double share) {
    Random random = new Random(seed);
    SufficientStatistics sums = new SufficientStatistics(METRICS, 0);
    for (int i = 0; i < n; i++) {
      double[] row = {
        random.nextDouble() < share ? 1 : 0, random.nextInt(20), 5 + random.nextInt(10)
      };
      sums.add("s", report("id" + i), single, row);
    }
    return sums.finished().cells("s", CORPUS).get(Subset.ALL);
  }

  private static JoinedReport report(String id) {
    List<Subset> all = List.of(Subset.ALL);
    return new JoinedReport(
        id, CORPUS, List.of(""), "", all, new String[0], true, new double[0][], List.of());
  }
}
