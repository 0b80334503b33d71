package org.radllama.ingest.section;

import java.util.ArrayList;
import java.util.List;
import org.radllama.text.Whitespace;

/**
 * Cuts a report at its headers as {@code section_text} of MIT-LCP/mimic-cxr does.
 *
 * <p>A header is what {@code \n ([A-Z ()/,-]+):\s} matches: a newline, one blank, capitals and
 * marks, a colon and one white space. The text before the first is the {@code preamble}; a report
 * without any is one section {@code full report}. After a header the search goes on at the next
 * newline, so a header is never found on the line of another header's text, and where the header's
 * own white space was the newline, the line after it is skipped.
 */
final class SectionParser {
  private static final String PARAGRAPH = "\n \n";

  private SectionParser() {}

  /**
   * The sections in their order. Empty impressions and findings are left out; where neither remains
   * and the last section has several paragraphs, those after its first become {@code
   * last_paragraph}.
   *
   * @param text a report with {@code \n} as newline
   */
  public static List<Section> parse(String text) {
    List<Section> sections = cut(text);
    sections.removeIf(SectionParser::isEmptyMain);
    boolean main = sections.stream().anyMatch(SectionParser::isMain);
    if (!main) {
      splitLastParagraph(sections);
    }
    return sections;
  }

  private static List<Section> cut(String text) {
    List<Section> sections = new ArrayList<>();
    CodePoints at = new CodePoints(text);
    long header = nextHeader(text, 0);
    if (header < 0) {
      sections.add(new Section(SectionNames.FULL_REPORT, text, 0));
      return sections;
    }
    sections.add(new Section(SectionNames.PREAMBLE, text.substring(0, start(header) + 2), 0));
    while (header >= 0) {
      int bodyStart = colon(header) + 2;
      String name = SectionNames.normalize(text.substring(start(header) + 2, colon(header)));
      int newline = text.indexOf('\n', bodyStart);
      header = nextHeader(text, newline < 0 ? bodyStart : newline);
      int bodyEnd = header < 0 ? text.length() : start(header);
      sections.add(new Section(name, text.substring(bodyStart, bodyEnd), at.count(bodyStart)));
    }
    return sections;
  }

  /**
   * The first header at or after an index: its newline in the upper half, its colon in the lower;
   * -1 if there is none.
   */
  private static long nextHeader(String text, int from) {
    int end = text.length();
    int newline = text.indexOf('\n', from);
    while (newline >= 0) {
      int i = newline + 1;
      if (i < end && text.charAt(i) == ' ') {
        i++;
        while (i < end && isHeaderCharacter(text.charAt(i))) {
          i++;
        }
        if (i > newline + 2
            && i + 1 < end
            && text.charAt(i) == ':'
            && Whitespace.is(text.charAt(i + 1))) {
          return (long) newline << 32 | i;
        }
      }
      newline = text.indexOf('\n', newline + 1);
    }
    return -1;
  }

  private static int start(long header) {
    return (int) (header >>> 32);
  }

  private static int colon(long header) {
    return (int) header;
  }

  private static boolean isHeaderCharacter(char c) {
    return (c >= 'A' && c <= 'Z')
        || c == ' '
        || c == '('
        || c == ')'
        || c == '/'
        || c == ','
        || c == '-';
  }

  private static boolean isMain(Section section) {
    return section.name().equals(SectionNames.IMPRESSION)
        || section.name().equals(SectionNames.FINDINGS);
  }

  private static boolean isEmptyMain(Section section) {
    return isMain(section) && Whitespace.strip(section.text()).isEmpty();
  }

  private static void splitLastParagraph(List<Section> sections) {
    Section last = sections.get(sections.size() - 1);
    int at = last.text().indexOf(PARAGRAPH);
    if (at < 0) {
      return;
    }
    String head = last.text().substring(0, at);
    String rest = last.text().substring(at + PARAGRAPH.length());
    sections.set(sections.size() - 1, new Section(last.name(), head, last.start()));
    // The original adds the cut section's length without the separator's three characters.
    int start = last.start() + head.codePointCount(0, head.length());
    sections.add(new Section(SectionNames.LAST_PARAGRAPH, rest, start));
  }

  /** Counts code points up to ever larger indices. */
  private static final class CodePoints {
    private final String text;
    private int index;
    private int points;

    CodePoints(String text) {
      this.text = text;
    }

    int count(int to) {
      points += text.codePointCount(index, to);
      index = to;
      return points;
    }
  }
}
