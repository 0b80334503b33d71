package org.radllama.ingest.clean;

import java.util.regex.Pattern;

/** Lines that a report's print has and its text has not. */
final class DrawnLines {
  private static final String DRAWN = "[\\s*=_#~|<>\\[\\]().:\\u2013\\u2014-]*+";
  private static final int LONGEST = 120;

  /** {@code Page 1 of 2}, {@code (continued)}. */
  static final Pattern PAGE =
      line(
          "(?:(?:page|seite|p\\u00e1gina|pagina|p\\u00e1g|pag|pg)[.:]?\\s{0,3}\\d{1,3}\\s{0,3}(?:of|/|von|de|di|van|sur|out of)"
              + "\\s{0,3}\\d{1,3}|(?-i:Page|PAGE|Seite|P\\u00e1gina|Pagina)[.:]?\\s{0,3}\\d{1,3}"
              + "|(?:report )?continued(?: on (?:the )?next page| from (?:the )?previous page))");

  /** {@code END OF REPORT}, {@code *** FINAL ***}. */
  static final Pattern END =
      line(
          "(?:end of (?:the )?(?:final |radiology )?(?:report|document|dictation|transcription|impression)|end report"
              + "|final report|ende des (?:berichts|befundes)|fin del? (?:informe|reporte)|fin du compte[ -]rendu"
              + "|fine (?:del )?referto|fim do (?:laudo|relat\\u00f3rio)|einde (?:van het )?verslag)");

  /** The same in a line of text, between drawn marks. */
  static final Pattern END_INSIDE =
      Pattern.compile(
          "(?<![*=_#~-])[*=_#~-]{3,}+\\s{0,4}+(?:end of (?:the )?(?:report|document)|end report|final report|end|final)"
              + "\\s{0,4}+[*=_#~-]{3,}+",
          Pattern.CASE_INSENSITIVE);

  private DrawnLines() {}

  private static Pattern line(String content) {
    return Pattern.compile(
        DRAWN + content + DRAWN, Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
  }

  /** The text without the lines of a kind. */
  static String without(String text, Pattern kind) {
    StringBuilder kept = new StringBuilder(text.length());
    boolean cut = false;
    int start = 0;
    while (start <= text.length()) {
      int newline = text.indexOf('\n', start);
      int end = newline < 0 ? text.length() : newline;
      boolean drawn =
          end - start <= LONGEST && end > start && kind.matcher(text).region(start, end).matches();
      cut |= drawn;
      if (!drawn) {
        kept.append(text, start, Math.min(end + 1, text.length()));
      }
      start = end + 1;
    }
    return cut ? kept.toString() : text;
  }
}
