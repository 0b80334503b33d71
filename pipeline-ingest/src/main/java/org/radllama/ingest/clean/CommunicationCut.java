package org.radllama.ingest.clean;

import java.io.Serializable;
import java.util.List;
import java.util.Set;
import org.radllama.ingest.record.Edit;
import org.radllama.ingest.record.Outcome;
import org.radllama.ingest.record.Reason;
import org.radllama.ingest.record.Report;
import org.radllama.text.Sentences;
import org.radllama.text.Whitespace;

/**
 * Cuts from the impression what says who was informed, and when: nothing in the findings leads to
 * it, so a model that learns it learns to make it up.
 *
 * @param sources the corpora whose impressions are cut
 * @param rule what is taken for such
 * @param words what tells a communication by the published rule
 */
public record CommunicationCut(Set<String> sources, CommunicationRule rule, List<String> words)
    implements Serializable {

  /** The report with what is left; rejected where that is nothing. */
  Outcome<Report> clean(Report report) {
    if (!sources.contains(report.source())) {
      return Outcome.kept(report);
    }
    String rest =
        rule == CommunicationRule.TOLD
            ? Communications.cut(report.impression())
            : before(report.impression());
    return rest.isEmpty()
        ? report.reject(Reason.COMMUNICATION_ONLY, "")
        : Outcome.kept(report.edited(Edit.COMMUNICATION_CUT, report.findings(), rest));
  }

  private String before(String text) {
    int at = start(text);
    return at < 0 ? text : Whitespace.strip(text.substring(0, at));
  }

  /** Where the first sentence starts that has one of the words, or -1. */
  int start(String text) {
    int from = 0;
    while (from < text.length()) {
      int to = Sentences.period(text, from);
      String sentence = text.substring(from, to);
      if (words.stream().anyMatch(sentence::contains)) {
        return from;
      }
      from = to + 1;
    }
    return -1;
  }
}
