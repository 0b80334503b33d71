package org.radllama.ingest;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.radllama.ingest.dedup.Decisions;
import org.radllama.ingest.dedup.DedupPolicy;
import org.radllama.ingest.dedup.Member;
import org.radllama.ingest.dedup.NearPairs;
import org.radllama.ingest.dedup.NearSearch;
import org.radllama.ingest.dedup.TextTable;
import org.radllama.ingest.dedup.Verdict;
import org.radllama.ingest.publish.IngestTally;
import org.radllama.ingest.store.ReportEntry;
import org.radllama.ingest.store.ReportIndex;

/**
 * The index divided by what deduplication decided.
 *
 * @param decisions the decisions
 * @param kept what is published, in the published order: split by split
 * @param duplicates what is removed from train, in the stated order
 */
record Deduplicated(
    Decisions decisions, List<ReportEntry> kept, List<Verdict.Duplicate> duplicates) {

  /** Searches near pairs on Spark, decides, and counts the decisions. */
  static Deduplicated of(
      JavaSparkContext spark, ReportIndex index, DedupPolicy policy, IngestTally tally) {
    List<Member> members = index.members();
    TextTable table = TextTable.of(members, index.sketches(), policy);
    NearPairs found = NearSearch.run(spark, table);
    Decisions decisions = new Decisions(members, table, found, policy);
    List<ReportEntry> kept = new ArrayList<>();
    List<Verdict.Duplicate> duplicates = new ArrayList<>();
    for (int m = 0; m < members.size(); m++) {
      Verdict verdict = decisions.verdicts().get(m);
      tally.addVerdict(index.entries().get(m), verdict);
      if (verdict instanceof Verdict.Duplicate duplicate) {
        duplicates.add(duplicate);
      } else {
        kept.add(index.entries().get(m));
      }
    }
    kept.sort(Comparator.comparing(ReportEntry::split));
    decisions.leaks().forEach(tally::addLeak);
    return new Deduplicated(decisions, kept, duplicates);
  }
}
