package org.radllama.ingest.privacy;

import static org.radllama.ingest.privacy.Rule.BEGIN;
import static org.radllama.ingest.privacy.Rule.END;

import java.util.List;

/** Electronic mail, the web, and network addresses. */
final class Addresses {
  private static final String HOST = "[a-z0-9](?:[a-z0-9-]{0,62}+)";

  private static final List<Rule> NAMED =
      List.of(
          Rule.of(
              Identifier.EMAIL,
              "(?<![\\p{L}\\p{N}._%+-])(?<hit>[\\p{L}\\p{N}._%+'-]{1,64}+@[\\p{L}\\p{N}-]{1,63}+(?:\\.[\\p{L}\\p{N}-]{1,63}+){0,6}+)"),
          Rule.of(
              Identifier.EMAIL,
              BEGIN
                  + "(?<hit>[a-z0-9._-]{2,64}+\\s?(?:[\\[({]\\s?at\\s?[\\])}]|\\s@)\\s?[a-z0-9-]{2,63}+"
                  + "(?:\\s?(?:\\.|[\\[({]\\s?dot\\s?[\\])}]| dot )\\s?[a-z]{2,24}+){1,4}+)"),
          Rule.of(
              Identifier.EMAIL,
              BEGIN + "(?<hit>[a-z0-9._-]{2,64}+ at [a-z0-9-]{2,63}+(?: dot [a-z]{2,24}+){1,4}+)"),
          Rule.of(
              Identifier.URL,
              BEGIN + "(?<hit>(?:https?|ftps?|sftp|file|dicom|smb)://[^\\s<>\"]{1,2000}+)"),
          Rule.of(Identifier.URL, BEGIN + "(?<hit>www\\d?\\.[^\\s<>\"]{2,2000}+)"),
          Rule.of(
              Identifier.URL,
              "(?<![\\p{L}\\p{N}@.-])(?<hit>(?:"
                  + HOST
                  + "\\.){1,5}?(?:com|org|net|edu|gov|mil|info|biz|health|clinic|hospital|local|intranet|co\\.uk|ac\\.uk|nhs\\.uk|org\\.uk"
                  + "|com\\.au|co\\.nz|eu|io)(?::\\d{1,5})?(?:/[^\\s<>\"]{0,2000}+)?+)(?![\\p{L}\\p{N}@-])"),
          Rule.of(
              Identifier.URL,
              "(?<![\\p{L}\\p{N}@.-])(?<hit>(?:"
                  + HOST
                  + "\\.){1,5}?(?:uk|de|fr|es|it|nl|pt|br|ca|au|ch|at|be|us|ie|in|jp|cn|se|no|dk)/[^\\s<>\"]{1,2000}+)"),
          Rule.of(Identifier.URL, "(?<hit>\\\\\\\\[a-z0-9._-]{2,63}+\\\\[^\\s<>\"]{1,500}+)"));

  /** Network addresses. */
  static final List<Rule> NETWORK =
      List.of(
          Rule.of(
              Identifier.IP,
              "(?<![\\d.\\p{L}])(?<!(?:version|v|release|section)[\\s.]{0,2})(?<hit>(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)\\.){3}(?:25[0-5]|2[0-4]\\d|1?\\d?\\d))"
                  + "(?:[:/]\\d{1,5})?(?![\\d\\p{L}]|\\.\\d)"
                  + Rule.NO_UNIT),
          Rule.of(
              Identifier.IP,
              "(?<![\\p{L}\\p{N}:])(?<hit>(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|(?:[0-9a-f]{1,4}:){1,6}:(?:[0-9a-f]{1,4}:){0,5}[0-9a-f]{1,4}"
                  + "|(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2})(?![\\p{L}\\p{N}:])"),
          Rule.of(
              Identifier.IP,
              BEGIN
                  + "(?:ip|ip address|host|node)\\s?[:=]?\\s?(?<hit>(?:\\d{1,3}\\.){2,3}\\d{1,3})"
                  + END
                  + "(?!\\.\\d)"
                  + Rule.NO_UNIT));

  private Addresses() {}

  /** The rules for addresses with names, where a text has any of their marks. */
  static List<Rule> of(String text) {
    for (int i = 0; i + 1 < text.length(); i++) {
      char c = text.charAt(i);
      boolean mark =
          c == '@'
              || c == '\\'
              || (c == '.' && Character.isLetter(text.charAt(i + 1)))
              || (c == ':' && text.charAt(i + 1) == '/');
      if (mark) {
        return NAMED;
      }
    }
    return text.contains(" dot ") || text.contains("at]") || text.contains("at)")
        ? NAMED
        : List.of();
  }
}
