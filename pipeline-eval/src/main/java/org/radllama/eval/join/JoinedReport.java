package org.radllama.eval.join;

import java.util.List;

/**
 * All that is known of one id.
 *
 * @param id the report
 * @param corpus where it is from; null if it is no report under evaluation
 * @param references the radiologists' impressions
 * @param findings what the systems saw; empty if unknown
 * @param subsets where it is scored, ascending
 * @param predictions one a system, in their order; null where a system has not answered
 * @param scored whether it is scored
 * @param imported scores by system and metric, NaN where there is none for every system that brings
 *     the metric
 * @param unmatched what found no partner
 */
public record JoinedReport(
    String id,
    Corpus corpus,
    List<String> references,
    String findings,
    List<Subset> subsets,
    String[] predictions,
    boolean scored,
    double[][] imported,
    List<Unmatched> unmatched) {

  /** Report text is patient data, so this names the report only. */
  @Override
  public String toString() {
    return "JoinedReport[id=%s, scored=%s]".formatted(id, scored);
  }
}
