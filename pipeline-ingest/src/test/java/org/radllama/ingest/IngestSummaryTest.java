package org.radllama.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.radllama.ingest.publish.IngestTally;
import org.radllama.ingest.record.Reason;
import org.radllama.ingest.record.Rejection;

/** The table at the end of the console. */
class IngestSummaryTest {
  @Test
  void showsReasonsWithTheirCounts() {
    IngestTally tally = new IngestTally();
    for (int i = 0; i < 1234; i++) {
      tally.addRejected(new Rejection("r" + i, "reports", i, Reason.NO_FINDINGS, ""));
    }
    assertThat(IngestSummary.lines(tally))
        .containsExactly(
            "  read                                    1,234",
            "  kept                train                   0",
            "  kept                validate                0",
            "  kept                test                    0",
            "  rejected            no_findings         1,234");
  }
}
