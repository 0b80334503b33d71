package org.radllama.ingest.privacy;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What de-identification leaves where an identifier was. */
final class Placeholders {
  /** What such a mark names; anything else between brackets may be an identifier itself. */
  private static final String WORD =
      "(?:PATIENT|SUBJECT|PERSON|NAMES?|FIRST|LAST|MIDDLE|FULL|FAMILY|GIVEN|INITIALS?|TITLE|DATES?|DOB|BIRTH|YEAR|MONTH|DAY|TIME|AGE"
          + "|DOCTOR|DR|MD|PHYSICIAN|RADIOLOGIST|NURSE|PROVIDER|CLINICIAN|REFERRING|ATTENDING|STAFF|HCW|HOSPITAL|CLINIC|FACILITY"
          + "|INSTITUTION|ORGANI[SZ]ATION|VENDOR|DEVICE|UNIT|WARD|ROOM|LOCATION|ADDRESS|STREET|CITY|STATE|ZIP|COUNTY|COUNTRY|PHONE"
          + "|TELEPHONE|FAX|PAGER|CONTACT|NUMBER|NUM|NO|ID|IDS|MRN|MEDICAL|RECORD|ACCESSION|SSN|EMAIL|E-MAIL|URL|IP|ACCOUNT|LICENSE"
          + "|PHI|DEID|REDACTED|REMOVED|DELETED|ANONYMI[SZ]ED|DE-?IDENTIFIED|WITHHELD|MASKED|HIDDEN|UNKNOWN|OTHER|TEXT|OF|AND|IN)";

  private static final String WORDS =
      "(?i:"
          + WORD
          + "(?:[ _-]?(?:"
          + WORD
          + "|[0-9]{1,3}|[A-Z])(?![A-Za-z0-9])|_[0-9]{1,3}){0,4}+)";

  private static final Pattern MARKS =
      Pattern.compile(
          "\\[\\*\\*[^\\]]{0,120}+\\]"
              + "|\\*\\*[A-Z][A-Z_-]{1,20}+(?:\\[[^\\]]{0,40}+\\])?+"
              + "|\\[\\s?"
              + WORDS
              + "\\s?\\]|<\\s?"
              + WORDS
              + "\\s?/?+>"
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
