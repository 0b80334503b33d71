package org.radllama.ingest.section;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds what may be headers, in one pass over the lines: a known name at the start of a line with
 * something behind it that sets it apart, or before a colon inside a line. The work for each line
 * and colon is bounded, so that no text takes more than time linear in its length.
 */
final class HeaderScan {
  private final String text;
  private final HeaderText report;
  private final InLine inside;
  private final List<Header> found = new ArrayList<>();

  private HeaderScan(HeaderText report) {
    this.text = report.text;
    this.report = report;
    this.inside = new InLine(report);
  }

  /** All of them, in their order. */
  static List<Header> of(String text, HeaderNames names) {
    HeaderScan scan = new HeaderScan(new HeaderText(text, names));
    scan.lines();
    return scan.found;
  }

  private void lines() {
    boolean fresh = true;
    boolean blankBefore = true;
    int start = 0;
    while (start < text.length()) {
      int newline = text.indexOf('\n', start);
      int end = newline < 0 ? text.length() : newline;
      int before = found.size();
      int next = line(start, end, fresh, blankBefore);
      boolean own =
          found.size() > before && report.isBlank(found.get(found.size() - 1).body(), end);
      int last = report.lastInk(start, end);
      blankBefore = last < start || report.isRule(start, end);
      fresh = blankBefore || own || ".!?:;".indexOf(text.charAt(last)) >= 0;
      start = next;
    }
  }

  /** Looks at a line; answers where the next one begins. */
  private int line(int start, int end, boolean fresh, boolean blankBefore) {
    int next = end + 1;
    int from = start;
    Header first = new LineStart(report, start, end, fresh, blankBefore).header();
    if (first != null) {
      found.add(first);
      next = Math.max(next, first.body());
      from = Math.min(first.body(), end);
    }
    for (int i = from; i < end; i++) {
      if (HeaderText.isColon(text.charAt(i))) {
        Header header = inside.header(start, from, i, end);
        if (header != null) {
          found.add(header);
          from = header.body();
          i = Math.max(i, from - 1);
        }
      }
    }
    return next;
  }
}
