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
 * Cuts the impression at the first sentence that says who was told, and when: nothing in the
 * findings leads to it, so a model that learns it learns to make it up. This is the rule of
 * ImpressionGPT's {@code extract_mimic.py}: sentences end at periods, and one is a communication
 * when it has one of the words in it, case and parts of words as they are.
 *
 * @param sources the corpora whose impressions are cut
 * @param words what tells a communication
 */
public record CommunicationCut(Set<String> sources, List<String> words) implements Serializable {

  /** The report with what stands before; rejected where that is nothing. */
  Outcome<Report> clean(Report report) {
    if (!sources.contains(report.source())) {
      return Outcome.kept(report);
    }
    int at = start(report.impression());
    if (at < 0) {
      return Outcome.kept(report);
    }
    String before = Whitespace.strip(report.impression().substring(0, at));
    return before.isEmpty()
        ? report.reject(Reason.COMMUNICATION_ONLY, "")
        : Outcome.kept(report.edited(Edit.COMMUNICATION_CUT, report.findings(), before));
  }

  /** Where the first such sentence starts, or -1. */
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
