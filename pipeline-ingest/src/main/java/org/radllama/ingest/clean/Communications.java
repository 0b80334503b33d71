package org.radllama.ingest.clean;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.radllama.text.Whitespace;

/**
 * Cuts what says that a person was informed, called, paged, and when. It goes by whole words,
 * sentence by sentence, and leaves what else a sentence says: of {@code New pneumothorax, discussed
 * with Dr. X at 10:15} the pneumothorax stays. What should be told is no communication yet, and
 * stays.
 */
final class Communications {
  private static final int SHORTEST = 10;
  private static final int LONGEST = 1000;

  private static final String VERBS =
      "(?:discussed|communicated|conveyed|relayed|reported|telephoned|phoned|called|paged|notified|informed|told|alerted|contacted"
          + "|emailed|e-mailed|faxed|messaged|texted|reviewed|given|transmitted|made aware|advised|updated)";
  private static final String HOW =
      "(?:(?:by|via|over|through|on|in) (?:the )?(?:telephone|phone|pager|email|e-mail|fax|person|text)\\s+"
          + "|(?:verbally|directly|personally|immediately|urgently|promptly|subsequently|also|then|already|just|telephonically)\\s+){0,3}";
  private static final String PERSON =
      "(?:(?i:\\b(?:dr|drs|mr|mrs|ms)\\b\\.?|\\b(?:doctor|doctors|physician|physicians|clinician|clinicians|provider|providers|team|nurse|resident|intern|fellow"
          + "|attending|surgeon|hospitalist|registrar|house officer|practitioner|caregiver|patient|staff|service|emergency department"
          + "|emergency room|referrer|assistant|coordinator|oncologist|pulmonologist|cardiologist|internist|midwife)\\b)"
          + "|\\b(?:ED|ER|RN|NP|MD|ICU|CCU|NICU|MICU|SICU)\\b|_{2,}|XXXX)";
  private static final String NOT_A_THING =
      "(?!(?i:have|be|the prior|prior|previous|old|ct|mri|films?|study|studies|images|by|comparison)\\b)";

  /** Sentences without one of these need no closer look. */
  private static final Pattern HINT =
      Pattern.compile(
          "(?i)\\b(?:"
              + VERBS
              + "|aware|spoke|conferred|communication|notification|discussion|call|report|conversation)\\b");

  /** {@code (findings) (were) discussed with} somebody. */
  private static final Pattern WITH =
      Pattern.compile(
          "\\b(?i:(?:(?:was|were|is|are|has been|have been|had been|being|will be)\\s+)?"
              + HOW
              + VERBS
              + "\\s+"
              + HOW
              + "(?:with|to)\\s+)(?:"
              + NOT_A_THING
              + "[\\p{L}\\p{N}/'.,-]+\\s+){0,4}?"
              + PERSON);

  /** Somebody {@code was notified}. */
  private static final Pattern WAS_TOLD =
      Pattern.compile(
          PERSON
              + "(?i:[\\p{L}_\\p{N}/'., -]{0,60}?\\b(?:was|were|has been|have been|had been|will be|is|are)\\s+"
              + HOW
              + "(?:notified|informed|told|alerted|contacted|telephoned|phoned|paged|called(?!\\s+(?:back|for|in)\\b)|emailed|messaged"
              + "|made aware|aware|advised|updated)\\b)");

  /** {@code I called} somebody. */
  private static final Pattern ACTIVE =
      Pattern.compile(
          "(?i:^(?:\\d{1,2}[.)]\\s*)?(?:i|we|radiology|the radiologist|the technologist|the resident|radiologist)\\s+(?:have |has )?"
              + HOW
              + "(?:"
              + VERBS
              + "|spoke|conferred)\\b)(.{0,80}?)"
              + PERSON);

  /** {@code Telephone report to} somebody. */
  private static final Pattern NOUN =
      Pattern.compile(
          "(?i:^(?:\\d{1,2}[.)]\\s*)?(?:(?:telephone|verbal|phone|direct|critical|urgent|preliminary|results?|findings?)\\s+){0,3}"
              + "(?:communication|notification|discussion|call|report|conversation)\\s+(?:was (?:made|given|placed) )?"
              + "(?:to|with)\\s+)(?:[\\p{L}/'.,-]+\\s+){0,3}?"
              + PERSON);

  /** Before the verb: what ought to happen. */
  private static final Pattern WISH =
      Pattern.compile(
          "(?i)\\b(?:should|could|can|cannot|may|might|must|please|recommend(?:ed)?|suggest(?:ed)?|need(?:s|ed)? to|to)(?: be| have)?(?: \\w+ly)?\\s*$");

  private static final Pattern SURNAME =
      Pattern.compile(
          "\\s+(?!Drs?\\b)\\p{Lu}[\\p{L}'-]+(?:[.,;)]|\\s+(?:at|on|by|who|via|in the)\\b|$)");
  private static final Pattern NUMBER = Pattern.compile("^\\s*(?:\\d{1,2}[.)]|[-*\\u2022])\\s*");
  private static final Pattern ABOUT =
      Pattern.compile("(?i)\\b(?:of|about|regarding|concerning|that)\\s+");
  private static final Pattern WHEN =
      Pattern.compile(
          "(?i)\\s*,?\\s+(?:by (?:tele)?phone|by telephone|via|over the phone|in person|at (?:approximately |about )?[\\d_X]|on [\\d_X]|immediately).*$");
  private static final Pattern BOUNDARY =
      Pattern.compile(
          "(?i);|,| - | \\u2013 |\\(|\\band\\b|\\bbut\\b|\\bregarding\\b|\\babout\\b|\\bconcerning\\b");

  private static final Set<String> GENERIC =
      words(
          "the these this those above all of findings finding results result report reports impression study exam examination images"
              + " image case critical urgent important significant preliminary final wet read reading interpretation and"
              + " recommendation recommendations information they it also was were has been have abnormal unexpected acute"
              + " emergent such which i we both discrepancy change changes conclusion conclusions as said value values update for or");

  private static final Set<String> ABOUT_TELLING =
      words(
          "by via over phone telephone at on in person the a an of am pm a.m p.m hours hour hrs hr h minutes minute min mins after"
              + " discovery observation time approximately about immediately same day date same-day who acknowledged understood"
              + " understanding confirmed receipt read back readback read-back and findings finding results result these this those"
              + " from for to team service department emergency surgery surgical medical medicine physician nurse ordering referring"
              + " provider attending resident her his their pager email e-mail fax text page paged verbally today yesterday dictation"
              + " interpretation review reviewing exam examination study with agreed agrees aware was were is are be been shortly"
              + " following within est cst clinic office identified made discovered recognized noted initial personally directly that accepted called notified informed faxed"
              + " message left voicemail staff on-call call covering primary care intern fellow time-stamped conversation caring"
              + " taking it he she they has have will patient patient's patients caregiver number extension ext as well"
              + " above when seen completion wet approx ca dr drs doctor mr ms mrs rn np md seconds stat verbal discussion then");

  private Communications() {}

  private static Set<String> words(String words) {
    return Set.of(words.split(" "));
  }

  /** The text without communications, stripped; itself where it has none. */
  static String cut(String text) {
    StringBuilder kept = new StringBuilder(text.length());
    boolean cut = false;
    for (int from = 0, to; from < text.length(); from = to) {
      to = sentence(text, from);
      String sentence = text.substring(from, to);
      boolean usual = sentence.length() >= SHORTEST && sentence.length() <= LONGEST;
      String rest = usual && HINT.matcher(sentence).find() ? rest(sentence) : sentence;
      cut |= rest.length() != sentence.length();
      kept.append(rest);
    }
    return cut ? Whitespace.strip(kept.toString()) : text;
  }

  /** Behind a sentence and the white space after it. */
  private static int sentence(String text, int from) {
    int i = from;
    while (i < text.length() && !ends(text, i, from)) {
      i++;
    }
    i = Math.min(i + 1, text.length());
    while (i < text.length() && Whitespace.is(text.charAt(i))) {
      i++;
    }
    return i;
  }

  private static boolean ends(String text, int i, int from) {
    char c = text.charAt(i);
    char next = i + 1 < text.length() ? text.charAt(i + 1) : ' ';
    if (c == '\n') {
      return next == '\n' || next == '-' || next == '*' || Character.isDigit(next);
    }
    if (".!?".indexOf(c) < 0 || !Whitespace.is(next)) {
      return false;
    }
    boolean number =
        NUMBER.matcher(text.substring(from, Math.min(i + 1, from + 6))).matches() && i < from + 6;
    boolean initial =
        i > from && Character.isUpperCase(text.charAt(i - 1)) && isSurname(text, i + 1);
    return !number && (initial ? !Abbreviations.endAt(text, i) : !Abbreviations.isWord(text, i));
  }

  /** Whether what follows an initial is a name: {@code Smith at}, {@code Smith.} */
  private static boolean isSurname(String text, int from) {
    Matcher name = SURNAME.matcher(text).region(from, Math.min(text.length(), from + 40));
    return name.lookingAt();
  }

  /** What a sentence says beside who was informed; the whole sentence if it does not say that. */
  private static String rest(String sentence) {
    Matcher with = WITH.matcher(sentence);
    while (with.find()) {
      if (!WISH.matcher(sentence.substring(0, with.start())).find()) {
        return kept(subject(sentence.substring(0, with.start())), sentence, with.end());
      }
    }
    Matcher was = WAS_TOLD.matcher(sentence);
    if (was.find() && !WISH.matcher(sentence.substring(0, was.end())).find()) {
      return kept(clause(sentence.substring(0, was.start())), sentence, was.end());
    }
    Matcher active = ACTIVE.matcher(sentence);
    if (active.find()) {
      return kept(object(active.group(1)), sentence, active.end());
    }
    Matcher noun = NOUN.matcher(sentence);
    return noun.find() ? kept("", sentence, noun.end()) : sentence;
  }

  /** What was communicated, if it is more than "these findings". */
  private static String subject(String before) {
    String bare = NUMBER.matcher(before).replaceFirst("");
    return isOf(GENERIC, bare) ? "" : clause(before);
  }

  /** What stands before the clause that tells, or the whole where it is part of no such clause. */
  private static String clause(String before) {
    int boundary = -1;
    Matcher marks = BOUNDARY.matcher(before);
    while (marks.find()) {
      if (isOf(GENERIC, before.substring(marks.end()))
          || isOf(ABOUT_TELLING, before.substring(marks.end()))) {
        boundary = marks.start();
        break;
      }
    }
    String said = boundary < 0 ? before : before.substring(0, boundary);
    return isOf(GENERIC, NUMBER.matcher(said).replaceFirst("")) ? "" : Whitespace.strip(said);
  }

  private static String object(String between) {
    String thing =
        between.replaceFirst("(?i)\\s*(?:with|to|of|about)?\\s*(?:the|her|his)?\\s*$", "");
    return isOf(GENERIC, thing) || isOf(ABOUT_TELLING, thing) ? "" : Whitespace.strip(thing);
  }

  /** Both ends of a sentence without its middle, and the white space behind it. */
  private static String kept(String before, String sentence, int told) {
    int end = sentence.length();
    while (end > 0 && Whitespace.is(sentence.charAt(end - 1))) {
      end--;
    }
    String gap = sentence.substring(end);
    boolean stop = end > 0 && ".!?".indexOf(sentence.charAt(end - 1)) >= 0;
    String after =
        after(
            sentence.substring(
                Math.min(told, end), stop ? Math.max(end - 1, Math.min(told, end)) : end));
    String said = before + (before.isEmpty() || after.isEmpty() ? "" : ". ") + capital(after);
    return said.isEmpty() ? "" : capital(said) + "." + gap;
  }

  /** What follows beside names, times and the means. */
  private static String after(String tail) {
    if (isOf(ABOUT_TELLING, tail)) {
      return "";
    }
    Matcher marks = BOUNDARY.matcher(tail);
    int last = -1;
    while (marks.find() && isOf(ABOUT_TELLING, tail.substring(0, marks.start()))) {
      last = marks.end();
    }
    String rest = Whitespace.strip(tail.substring(Math.max(last, 0)));
    Matcher about = ABOUT.matcher(rest);
    if (about.find() && isOf(ABOUT_TELLING, rest.substring(0, about.start()))) {
      rest = WHEN.matcher(rest.substring(about.end())).replaceFirst("");
    }
    return isOf(GENERIC, rest) ? "" : rest;
  }

  /** Whether a text has only such words, names, numbers and marks. */
  private static boolean isOf(Set<String> words, String text) {
    for (String word : text.split("[\\s,;/()]+")) {
      String bare = word.replaceAll("^[\"':*-]+|[\"'.:!?*-]+$", "");
      boolean name =
          words.equals(ABOUT_TELLING) && !bare.isEmpty() && Character.isUpperCase(bare.charAt(0));
      boolean number = bare.chars().anyMatch(Character::isDigit) && words.equals(ABOUT_TELLING);
      boolean masked = bare.startsWith("__") || bare.contains("XXXX");
      if (!bare.isEmpty()
          && !name
          && !number
          && !masked
          && !words.contains(bare.toLowerCase(Locale.ROOT))) {
        return false;
      }
    }
    return true;
  }

  private static String capital(String text) {
    return text.isEmpty()
        ? text
        : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
  }
}
