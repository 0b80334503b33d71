package org.radllama.ingest.section;

import java.util.List;
import org.radllama.ingest.record.HeaderRule;

/** A header at the start of one line. */
final class LineStart extends HeaderText {
  private static final int LONGEST_REMARK = 60;
  private static final String BULLETS = "\u2022\u00b7\u25aa\u25a0\u25cf>|\"+";

  private final int start;
  private final int end;
  private final boolean fresh;
  private final boolean blankBefore;
  private boolean marked;
  private char bracket;

  LineStart(HeaderText report, int start, int end, boolean fresh, boolean blankBefore) {
    super(report);
    this.start = start;
    this.end = end;
    this.fresh = fresh;
    this.blankBefore = blankBefore;
  }

  /** The header, or null. */
  Header header() {
    int at = skipDecoration(skipGap(start, end));
    if (at >= end || !Character.isLetter(text.charAt(at))) {
      return null;
    }
    Header spaced = spaced(at);
    if (spaced != null) {
      return spaced;
    }
    Words words = new Words(at, end);
    for (int n = words.words.size(); n > 0; n--) {
      List<String> name = words.words.subList(0, n);
      Heading heading = names.of(name);
      boolean qualified = heading == null && n > 1;
      heading = qualified ? names.qualified(name) : heading;
      if (heading != null) {
        Header header = ended(heading, qualified, at, words.ends.get(n - 1));
        if (header != null) {
          return header;
        }
      }
    }
    return null;
  }

  /** {@code F I N D I N G S}. */
  private Header spaced(int from) {
    if (from + 2 >= end || text.charAt(from + 1) != ' ') {
      return null;
    }
    StringBuilder word = new StringBuilder();
    int at = from;
    while (at < end && Character.isUpperCase(text.charAt(at)) && word.length() < LONGEST_WORD) {
      word.append(text.charAt(at));
      boolean more =
          at + 2 < end && text.charAt(at + 1) == ' ' && Character.isUpperCase(text.charAt(at + 2));
      at += more ? 2 : 1;
      if (!more) {
        break;
      }
    }
    if (word.length() < 4 || at - from != 2 * word.length() - 1) {
      return null;
    }
    Heading heading = names.of(List.of(HeaderNames.fold(word.toString())));
    return heading == null ? null : ended(heading, false, from, at);
  }

  private int skipDecoration(int from) {
    int at = from;
    for (int i = 0; i < 5 && at < end; i++) {
      int before = at;
      char c = text.charAt(at);
      int run = at;
      while (run < end && run - at < 100 && text.charAt(run) == c) {
        run++;
      }
      if (c == '#' || ((c == '*' || c == '_') && run < end && !isGap(text.charAt(run)))) {
        marked = true;
        at = run;
      } else if ("*_=-~\u2013\u2014".indexOf(c) >= 0) {
        marked |= run - at > 1;
        at = run;
      } else if (BULLETS.indexOf(c) >= 0) {
        at = run;
      } else if ("[{<".indexOf(c) >= 0) {
        bracket = "]}>".charAt("[{<".indexOf(c));
        at++;
      } else {
        at = skipNumber(at, end, fresh);
      }
      at = skipGap(at, end);
      if (at == before) {
        break;
      }
    }
    return at;
  }

  /** The header, if what is behind its name makes it one. */
  private Header ended(Heading heading, boolean qualified, int name, int nameEnd) {
    boolean caps = isUpper(name, nameEnd);
    boolean title = Character.isUpperCase(text.charAt(name));
    int at = nameEnd;
    boolean closed = false;
    if (bracket != 0) {
      int close = skipGap(at, end);
      close = close < end && isColon(text.charAt(close)) ? close + 1 : close;
      if (close >= end || text.charAt(close) != bracket) {
        return null;
      }
      at = close + 1;
      closed = true;
    }
    int afterMarks = marked ? skipMarks(at) : at;
    closed |= afterMarks > at;
    int ink = skipGap(afterMarks, end);
    ink = skipRemark(ink);
    boolean apart = blankBefore || marked || closed || (caps && mixed);
    boolean markedUp = marked || closed;
    if (ink < end && isColon(text.charAt(ink))) {
      boolean sure = title || fresh || markedUp;
      return new Header(
          start,
          afterColon(ink, end),
          heading,
          markedUp ? HeaderRule.MARKED : HeaderRule.COLON,
          sure,
          qualified,
          apart);
    }
    if (ink == end) {
      return ownLine(heading, qualified, caps, title, markedUp);
    }
    if (closed) {
      return new Header(start, ink, heading, HeaderRule.MARKED, true, qualified, true);
    }
    if (!title) {
      return null;
    }
    int separator = separator(nameEnd, ink, caps);
    if (separator > 0) {
      return new Header(
          start, separator, heading, HeaderRule.SEPARATOR, caps || fresh, qualified, apart);
    }
    boolean plain = ink == nameEnd + 1;
    boolean small = caps && mixed && plain && hasLower(ink, end);
    return small && heading.place() != Heading.Place.HEAD
        ? new Header(start, ink, heading, HeaderRule.CAPITALS, true, qualified, true)
        : null;
  }

  private Header ownLine(
      Heading heading, boolean qualified, boolean caps, boolean title, boolean markedUp) {
    int below = end + 1;
    int belowEnd = below < text.length() ? text.indexOf('\n', below) : -1;
    belowEnd = belowEnd < 0 ? text.length() : belowEnd;
    if (below < text.length() && isRule(below, belowEnd)) {
      int body = Math.min(belowEnd + 1, text.length());
      return new Header(start, body, heading, HeaderRule.UNDERLINED, true, qualified, true);
    }
    if (markedUp) {
      return new Header(start, end, heading, HeaderRule.MARKED, true, qualified, true);
    }
    if (heading.place() == Heading.Place.HEAD || (!title && !blankBefore)) {
      return null;
    }
    boolean sure = (caps && mixed) || (title && fresh);
    return new Header(
        start, end, heading, HeaderRule.OWN_LINE, sure, qualified, caps || blankBefore);
  }

  /** Where the text behind a dash, a bar, a tab or wide blanks starts, or -1. */
  private int separator(int nameEnd, int ink, boolean caps) {
    char c = text.charAt(ink);
    int after = skipGap(ink + 1, end);
    boolean apartFromText = after > ink + 1 || ink > nameEnd;
    if (c == '|' || (DASHES.indexOf(c) >= 0 && apartFromText)) {
      int at = ink;
      while (at < end && text.charAt(at) == c) {
        at++;
      }
      return skipGap(at, end);
    }
    if (caps && mixed && ".;=>".indexOf(c) >= 0 && ink == nameEnd && hasLower(ink, end)) {
      return after;
    }
    boolean wide = ink > nameEnd + 1 || (ink > nameEnd && text.charAt(nameEnd) == '\t');
    boolean begins = !Character.isLowerCase(c) && Character.isLetterOrDigit(c);
    return wide && (begins || blankBefore) ? ink : -1;
  }

  private int skipMarks(int from) {
    int at = skipGap(from, end);
    int to = at;
    while (to < end && "*_=-~#".indexOf(text.charAt(to)) >= 0) {
      to++;
    }
    return to > at ? to : from;
  }

  /** A remark in brackets behind a name, {@code IMPRESSION (preliminary):}. */
  private int skipRemark(int from) {
    if (from >= end || text.charAt(from) != '(') {
      return from;
    }
    // No search of the whole text: every line may have an open bracket.
    int last = Math.min(end, from + LONGEST_REMARK + 1);
    int close = from;
    while (close < last && text.charAt(close) != ')') {
      close++;
    }
    if (close == last) {
      return from;
    }
    int after = skipGap(close + 1, end);
    return after == end || isColon(text.charAt(after)) ? after : from;
  }
}
