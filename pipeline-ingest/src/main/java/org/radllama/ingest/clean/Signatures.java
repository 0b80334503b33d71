package org.radllama.ingest.clean;

import java.util.regex.Pattern;
import org.radllama.text.Whitespace;

/**
 * Cuts who signed, dictated, typed or attested a report. What says so by its words goes wherever a
 * line or sentence begins with it; a name, title, date or initials go only at the end of the text.
 */
final class Signatures {
  private static final int LONGEST = 120;
  private static final int MOST_LINES = 40;
  private static final String DONE =
      "(?:signed|dictated|transcribed|typed|reported|read|interpreted|verified|validated|approved|authenticated|authori[sz]ed|finali[sz]ed"
          + "|released|reviewed|prepared|edited|completed|generated|created)";
  private static final String ROLE =
      "(?:radiologist|radiology (?:registrar|resident|fellow)|reporting radiographer|radiographer|registrar|resident|fellow|physician)";

  /** Begins what goes to the end of its line. */
  private static final Pattern BY =
      Pattern.compile(
          "(?i:(?:(?:this|the|final|preliminary) (?:report|document|study|exam(?:ination)?|dictation)? ?(?:was |has been |is )?)?"
              + "(?:preliminarily |electronically |digitally |finally |personally )?"
              + DONE
              + "(?:(?:,| and|/| &) (?:electronically |digitally )?"
              + DONE
              + "){0,2}(?: off)?(?: electronically| digitally)?(?: but not read)?(?: by| on)?\\s?[:;]?)\\s{0,3}"
              + "(?:(?<=[:;]\\s{0,3})|(?<=(?: by| on)\\s{0,3})(?=[\\p{Lu}\\d_\\[<(]|[Dd]r\\b|$))"
              + "|(?i:e-?signed|electronic(?:ally)? (?:signed|signature)|e-signature|elektronisch (?:signiert|unterschrieben)"
              + "|firmado (?:electr\\u00f3nicamente|digitalmente|por)|informado por|sign\\u00e9 (?:\\u00e9lectroniquement|par)"
              + "|valid\\u00e9 par|assinado (?:eletronicamente|digitalmente|por)|firmato (?:digitalmente|elettronicamente|da)"
              + "|refertato da|elektronisch ondertekend|gevalideerd door|geautoriseerd door|befundet von|end of (?:the )?report\\b)");

  /** Begins it at the start of a line only. */
  private static final Pattern LABEL =
      Pattern.compile(
          "(?i:(?:(?:attending|reporting|reading|interpreting|signing|dictating|staff|consultant|primary|resident|supervising) ){0,2}"
              + "(?:"
              + ROLE
              + "|attending|signature|transcriptionist|typist|consultant|transcriber)(?: name)?\\s?:"
              + "|(?:date|time|date/time|date and time) ?(?:of )?(?:dictated|dictation|transcribed|transcription|signed|signature|approved|report"
              + "|reported|finali[sz]ed)\\s?:"
              + "|(?:dictation|transcription|signature|signed|approval|report) (?:date|time|date/time)\\s?:"
              + "|(?:job|document|dictation|transcription) (?:id|number|no\\.?|#)\\s?:"
              + "|(?:d|t|r|dd|dt|td|tt|d/t)\\s?:\\s?\\d{1,2}[/.-]\\d)");

  /** Begins sentences that go whole. */
  private static final Pattern ATTEST =
      Pattern.compile(
          "(?i:i,? (?:dr\\.?|the (?:attending|undersigned|teaching|radiologist)|as (?:the )?(?:attending|teaching))\\b"
              + "|i (?:have )?(?:personally |independently )(?:reviewed|viewed|examined|interpreted|performed|supervised)\\b"
              + "|i have (?:reviewed|viewed|examined) (?:the|these|this|all) (?:images|films|study|exam|report|resident|above|radiographs)"
              + "|i (?:attest|certify)\\b|i was (?:physically )?present\\b|i agree with the (?:above|resident|findings|report|interpretation)"
              + "|as the (?:attending|teaching) (?:physician|radiologist)\\b"
              + "|(?:the )?(?:attending|teaching|staff|undersigned) (?:physician|radiologist) has (?:personally )?(?:reviewed|viewed|interpreted)"
              + "|(?:portions of )?(?:this|the) (?:report|dictation|document|note) (?:was|were|has been|may have been) (?:partially |partly )?"
              + "(?:dictated|generated|created|prepared|transcribed|produced|completed) (?:using|with|by|utilizing|via|through) (?!dr\\b)(?=[a-z]))");

  private static final String NAME = "\\p{Lu}[\\p{L}.'\\u2019-]{0,30}";
  private static final String DEGREE =
      "(?:M\\.?D|D\\.?O|M\\.?B\\.?B\\.?S|MBChB|MB ?BCh|Ph\\.?D|FRCR|FRANZCR|FRCPC|FACR|FFR ?RCSI|MRCP|FRCS|MRCS|DABR|R\\.?R\\.?A|PA-C|RT)\\.?";

  /** Lines that are a signature by their form. */
  private static final Pattern LINE =
      Pattern.compile(
          "(?:(?:Dr|Prof|Mr|Mrs|Ms|DR)\\.? )?(?:"
              + NAME
              + ",? ){1,5}"
              + DEGREE
              + "(?:,? "
              + DEGREE
              + "){0,3}(?:\\s+\\d[\\d/.: -]{3,20}(?:[AaPp][Mm])?)?"
              + "|(?:Dr|DR|Prof)\\.? (?:"
              + NAME
              + ",? ?){1,4}(?:\\(.{1,40}\\))?(?:,? (?i:(?:consultant|attending|specialist) )?(?i:"
              + ROLE
              + "))?"
              + "|(?i:(?:senior |chief |specialist |locum )?(?:consultant|attending|staff|reporting|specialist) (?:"
              + ROLE
              + "|neuroradiologist|in radiology)(?:[,;] .{1,60})?|"
              + ROLE
              + ")\\.?"
              + "|.{0,60}\\b(?i:GMC|HCPC|NPI|MCRN|AHPRA|IMC|RCR)\\b ?(?i:no\\.?|number|reg(?:istration)?\\.?|#)?(?i: no\\.?)?\\s?:?\\s?[A-Z]{0,3}\\d{5,10}\\)?"
              + "|[/(]?\\p{L}{2,4} ?[/:] ?\\p{L}{2,4}\\)?(?: \\d[\\d/.: -]{4,20})?|/\\p{L}{2,4}/?"
              + "|(?i:cc|copy to|copies to)\\s?:.{0,100}");

  /** Lines that belong to a signature above or below them. */
  private static final Pattern NEAR =
      Pattern.compile(
          "(?i:(?:date|time|date/time|on|at|signed|dated)?\\s?:?\\s?)(?:\\d{1,4}[ /.-](?:\\d{1,2}|[A-Za-z]{3,9})[ /.-]\\d{2,4}|[A-Z][a-z]{2,8} \\d{1,2},? \\d{4})[\\d:., ]{0,14}(?i:[ap]\\.?m\\.?)?(?: [A-Z]{2,4})?"
              + "|(?i:time\\s?:?\\s?)?\\d{1,2}:\\d{2}(?::\\d{2})?(?i: ?[ap]\\.?m\\.?)?"
              + "|(?:"
              + NAME
              + ",? ?){2,4}|[A-Z]{2,4}|(?:(?i:tel|phone|ext|pager|bleep)[.:]? ?)[\\d() +-]{3,20}|(?i:department of .{3,60})");

  private Signatures() {}

  /** The text without signatures, stripped; itself where it has none. */
  static String cut(String text) {
    StringBuilder kept = new StringBuilder(text.length());
    int from = 0;
    int firstCut = -1;
    for (int at = start(text, 0); at < text.length(); ) {
      int end = end(text, at);
      if (end > at) {
        kept.append(text, from, at);
        firstCut = firstCut < 0 ? kept.length() : firstCut;
        from = end;
        at = start(text, end);
      } else {
        at = start(text, next(text, at));
      }
    }
    kept.append(text, from, text.length());
    String rest = ending(Whitespace.strip(kept.toString()), firstCut);
    return firstCut < 0 && rest.length() == Whitespace.strip(text).length() ? text : rest;
  }

  /** Where the next statement starts: at or behind an index, no white space or mark in front. */
  private static int start(String text, int from) {
    int at = from;
    while (at < text.length()
        && (Whitespace.is(text.charAt(at)) || "*_-=#|".indexOf(text.charAt(at)) >= 0)) {
      at++;
    }
    return at;
  }

  /** Behind the next end of a line or sentence. */
  private static int next(String text, int from) {
    int at = from + 1;
    while (at < text.length()) {
      char c = text.charAt(at - 1);
      if (c == '\n' || (".!?".indexOf(c) >= 0 && Whitespace.is(text.charAt(at)))) {
        return at;
      }
      at++;
    }
    return text.length();
  }

  /** Behind the signature that starts at an index; the index if none does. */
  private static int end(String text, int at) {
    char c = text.charAt(at);
    if (!Character.isLetter(c)) {
      return at;
    }
    if (looksAt(ATTEST, text, at, Math.min(text.length(), at + LONGEST))) {
      return sentence(text, at);
    }
    int most = at;
    while (most < text.length() && most - at < LONGEST && text.charAt(most) != '\n') {
      most++;
    }
    if (looksAt(BY, text, at, most) || (looksAt(LABEL, text, at, most) && isLineStart(text, at))) {
      boolean whole = most == text.length() || text.charAt(most) == '\n';
      return whole ? most : sentence(text, at);
    }
    return at;
  }

  private static boolean looksAt(Pattern pattern, String text, int from, int to) {
    return pattern.matcher(text).region(from, to).lookingAt();
  }

  private static boolean isLineStart(String text, int at) {
    int before = at - 1;
    while (before >= 0 && text.charAt(before) != '\n') {
      if (!Whitespace.is(text.charAt(before)) && "*_-=#|".indexOf(text.charAt(before)) < 0) {
        return false;
      }
      before--;
    }
    return true;
  }

  /** Behind a sentence, or before the next empty line. */
  private static int sentence(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean last = i + 1 == text.length();
      if (".!?".indexOf(c) >= 0
          && (last || Whitespace.is(text.charAt(i + 1)))
          && !Abbreviations.endAt(text, i)) {
        return i + 1;
      }
      if (c == '\n' && !last && text.charAt(i + 1) == '\n') {
        return i;
      }
    }
    return text.length();
  }

  /** Without lines at the end that are a signature by their form. */
  private static String ending(String text, int firstCut) {
    int kept = text.length();
    int at = kept;
    boolean seen = firstCut >= 0;
    for (int lines = 0; at > 0 && lines < MOST_LINES; lines++) {
      int start = text.lastIndexOf('\n', at - 1) + 1;
      String line = Whitespace.strip(text.substring(start, at));
      boolean only = start == 0;
      boolean signature = line.length() <= LONGEST && LINE.matcher(line).matches();
      boolean apart = start > 1 && text.charAt(start - 2) == '\n';
      boolean near =
          line.length() <= LONGEST
              && NEAR.matcher(line).matches()
              && ((start >= firstCut && firstCut >= 0) || (kept < text.length() && apart));
      if (signature && !only) {
        kept = start;
        seen = true;
      } else if (near && seen && !only) {
        kept = start;
      } else if (!line.isEmpty() && !isBelow(text, start)) {
        break;
      }
      at = Math.max(start - 1, 0);
    }
    return Whitespace.strip(text.substring(0, kept));
  }

  /** Whether a line may hide a signature above it: a date or a number alone. */
  private static boolean isBelow(String text, int start) {
    int newline = text.indexOf('\n', start);
    String line = Whitespace.strip(text.substring(start, newline < 0 ? text.length() : newline));
    return line.length() <= 30
        && !line.isEmpty()
        && line.chars().noneMatch(Character::isLetter)
        && line.chars().anyMatch(Character::isDigit);
  }
}
