package org.radllama.ingest.section;

import java.util.Set;
import org.radllama.ingest.record.HeaderRule;

/** Headers inside lines. */
final class InLine extends HeaderText {
  /** Words behind which a name is no header inside a line. */
  private static final Set<String> LEADING =
      Set.of(
          "the",
          "following",
          "these",
          "this",
          "those",
          "of",
          "with",
          "no",
          "any",
          "other",
          "additional",
          "incidental",
          "significant",
          "above",
          "below",
          "associated",
          "acute",
          "prior",
          "previous",
          "my",
          "our",
          "and",
          "or",
          "such",
          "all",
          "main",
          "key",
          "critical",
          "as",
          "in",
          "for",
          "to",
          "is",
          "are",
          "clinical",
          "new",
          "a",
          "an",
          "kein",
          "keine",
          "los",
          "las",
          "les",
          "os",
          "normal",
          "abnormal",
          "positive",
          "negative",
          "pertinent",
          "major",
          "minor",
          "only",
          "same",
          "similar");

  InLine(HeaderText report) {
    super(report);
  }

  /** The header whose colon stands at a place inside a line. */
  Header header(int lineStart, int from, int colon, int end) {
    int nameEnd = colon;
    while (nameEnd > from
        && (isGap(text.charAt(nameEnd - 1)) || isMark(text.charAt(nameEnd - 1)))) {
      nameEnd--;
    }
    int[] starts = wordStarts(from, nameEnd);
    for (int start : starts) {
      if (start < 0 || !Character.isLetter(text.charAt(start))) {
        continue;
      }
      Words words = new Words(start, nameEnd);
      int n = words.words.size();
      if (n == 0 || words.ends.get(n - 1) != nameEnd) {
        continue;
      }
      Heading heading = names.of(words.words);
      if (heading != null) {
        Name name = new Name(heading, false, start, nameEnd);
        return inContext(name, lineStart, from, afterColon(colon, end));
      }
      heading =
          n > 1 && sameCase(start, starts[starts.length - 1]) ? names.qualified(words.words) : null;
      if (heading != null) {
        Name name = new Name(heading, true, start, nameEnd);
        Header header = inContext(name, lineStart, from, afterColon(colon, end));
        if (header != null) {
          return header;
        }
      }
    }
    return null;
  }

  private boolean sameCase(int first, int last) {
    return Character.isUpperCase(text.charAt(first)) == Character.isUpperCase(text.charAt(last));
  }

  private record Name(Heading heading, boolean qualified, int start, int end) {}

  /** Where the words before a place start, the farthest first. */
  private int[] wordStarts(int from, int nameEnd) {
    int[] starts = {-1, -1, -1, -1, -1};
    int at = nameEnd;
    for (int i = starts.length - 1; i >= 0; i--) {
      int to = at;
      if (to - 3 > from && (text.startsWith("(s)", to - 3) || text.startsWith("(S)", to - 3))) {
        to -= 3;
      }
      int ink = to;
      while (to > from && ink - to <= LONGEST_WORD && isLetter(text.charAt(to - 1))) {
        to--;
      }
      if (to == ink || ink - to > LONGEST_WORD) {
        break;
      }
      starts[i] = to;
      int gap = to;
      while (gap > from && to - gap < 3 && isJoin(text.charAt(gap - 1))) {
        gap--;
      }
      if (gap == to) {
        break;
      }
      at = gap;
    }
    return starts;
  }

  private static boolean isJoin(char c) {
    return c == ' ' || c == '\u00a0' || "/&+-".indexOf(c) >= 0;
  }

  private static boolean isMark(char c) {
    return c == '*' || c == '_' || c == ']';
  }

  private Header inContext(Name name, int lineStart, int from, int body) {
    int start = name.start();
    boolean decorated = false;
    while (start > from && "*_[#".indexOf(text.charAt(start - 1)) >= 0) {
      start--;
      decorated = true;
    }
    int numbered = numberBefore(from, start, mixed && isUpper(name.start(), name.end()));
    int gap = numbered;
    while (gap > from && isGap(text.charAt(gap - 1))) {
      gap--;
    }
    boolean wide = numbered - gap > 1 || (numbered > gap && text.charAt(gap) == '\t');
    if (gap <= lineStart) {
      return null;
    }
    char before = text.charAt(gap - 1);
    boolean ended =
        gap == from || (".!?;|)".indexOf(before) >= 0 && (numbered > gap || before == '|'));
    boolean caps = isUpper(name.start(), name.end());
    String word = wordBefore(from, gap);
    boolean leading = LEADING.contains(HeaderNames.fold(word));
    boolean capitals = caps && mixed && !leading && numbered > gap;
    boolean sure = decorated || (wide && !leading) || ended || capitals;
    boolean plausible =
        name.heading().isStrong()
            && !name.qualified()
            && !leading
            && Character.isUpperCase(text.charAt(name.start()));
    if (!sure && !plausible) {
      return null;
    }
    return new Header(
        numbered,
        body,
        name.heading(),
        HeaderRule.IN_LINE,
        sure,
        name.qualified(),
        decorated || capitals);
  }

  /** Where a number such as {@code 2. } before a header starts, or the header itself. */
  private int numberBefore(int from, int start, boolean anywhere) {
    int at = start;
    while (at > from && start - at < 2 && isGap(text.charAt(at - 1))) {
      at--;
    }
    if (at <= from || ".)".indexOf(text.charAt(at - 1)) < 0) {
      return start;
    }
    int digits = at - 1;
    while (digits > from && at - digits < 4 && isDigit(text.charAt(digits - 1))) {
      digits--;
    }
    int before = digits;
    while (before > from && isGap(text.charAt(before - 1))) {
      before--;
    }
    boolean apart =
        before < digits
            && before > from
            && (anywhere || ".!?;:".indexOf(text.charAt(before - 1)) >= 0);
    return digits < at - 1 && apart ? digits : start;
  }

  private String wordBefore(int from, int end) {
    int at = end;
    while (at > from && end - at < LONGEST_WORD && isLetter(text.charAt(at - 1))) {
      at--;
    }
    return text.substring(at, end);
  }
}
