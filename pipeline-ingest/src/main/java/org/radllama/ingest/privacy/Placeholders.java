package org.radllama.ingest.privacy;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What de-identification leaves where an identifier was. */
final class Placeholders {
  private static final Pattern MARKS =
      Pattern.compile(
          "\\[\\*\\*[^\\]]{0,120}+\\]"
              + "|\\*\\*[A-Z][A-Z_-]{1,20}+(?:\\[[^\\]]{0,40}+\\])?+"
              + "|\\[\\s?(?:[A-Z][A-Z_]{1,24}+(?:[ _-][A-Z0-9]{1,16}+){0,3}+"
              + "|(?i:redacted|removed|deleted|anonymi[sz]ed|de-?identified|withheld|patient|(?:first |last |full )?+name|date|doctor|physician"
              + "|hospital|location|phone|number|id|age|address|email|time|person)(?: [A-Za-z0-9]{1,16}+){0,2}+)\\s?\\]"
              + "|<\\s?(?:[A-Z][A-Z_]{1,24}+(?:[ _-][A-Z0-9]{1,16}+){0,2}+|(?i:redacted|removed|name|date|doctor|hospital))\\s?/?+>"
              + "|(?<![\\p{L}\\p{N}])[Xx]{3,}+(?![\\p{L}\\p{N}])"
              + "|(?<![\\p{L}\\p{N}])(?:REDACTED|ANONYMIZED|ANONYMISED|ANONYMOUS|DEIDENTIFIED)(?![\\p{L}\\p{N}])");

  private Placeholders() {}

  /** A text of the same length with every mark as underscores, of which no identifier is made. */
  static String blanked(String text) {
    if (text.chars().noneMatch(c -> "[*<Xx".indexOf(c) >= 0)
        && !text.contains("ED")
        && !text.contains("OUS")) {
      return text;
    }
    Matcher marks = MARKS.matcher(text);
    if (!marks.find()) {
      return text;
    }
    char[] blanked = text.toCharArray();
    do {
      Arrays.fill(blanked, marks.start(), marks.end(), '_');
    } while (marks.find());
    return new String(blanked);
  }
}
