package org.radllama.ingest.privacy;

import static org.radllama.ingest.privacy.Rule.BEGIN;
import static org.radllama.ingest.privacy.Rule.END;
import static org.radllama.ingest.privacy.Rule.NO_UNIT;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;

/** Days, months with a year, and years that something is said to be of. */
final class Dates {
  private static final String MONTH =
      "(?<month>jan(?:uary|uar|uari|eiro|vier|v)?|j\\u00e4n(?:ner)?|gennaio|gen|enero|ene|feb(?:ruary|ruar|ruari|rero|braio|r)?|fevereiro|fev|f[e\\u00e9]vr(?:ier)?"
          + "|mar(?:ch|zo|s)?|m\\u00e4r(?:z)?|maart|mar\\u00e7o|apr(?:il|ile)?|abr(?:il)?|avr(?:il)?|may(?:o)?|mai(?:o)?|maggio|mag|mei|june?|juni[o]?|junho|juin|giugno|giu|july?|juli[o]?|julho|juil(?:let)?|luglio|lug"
          + "|aug(?:ust|ustus)?|ago(?:sto)?|ao[u\\u00fb]t|sept?(?:ember|embre|iembre)?|set(?:embro|tembre|iembre)?|oct(?:ober|ubre|obre)?|okt(?:ober)?|out(?:ubro)?|ott(?:obre)?"
          + "|nov(?:ember|embre|iembre|embro)?|dec(?:ember|embre)?|d[e\\u00e9]c(?:embre)?|dez(?:ember|embro)?|dic(?:iembre|embre)?)(?![\\p{L}])";
  private static final String DAY = "(?:3[01]|[12]\\d|0?[1-9])(?!\\d)";
  private static final String YEAR = "(?:1[89]|2[0-2])\\d\\d(?!\\d)";
  private static final String ORDINAL =
      "(?<ordinal>st|nd|rd|th|er|\\.\\u00ba|\\u00ba|\\u00aa|\\.)?";
  private static final String EXAM =
      "(?:exam(?:ination)?s?|stud(?:y|ies)|films?|radiographs?|(?:chest )?x-?rays?|cxrs?|kub|cts?|ct scan|mris?|mras?|ctas?|scans?|ultrasounds?|sonograms?|mammograms?|pet(?:/ct)?|imaging|reports?|comparisons?|priors?|previous"
          + "|visit|surgery|procedure|biopsy|operation|admission|discharge|angiogram|echo(?:cardiogram)?|untersuchung|aufnahme|r\\u00f6ntgen|voraufnahme)";
  private static final String CUE =
      "(?:dated?|on|from|since|until|till|through|before|after|as of|admitted|discharged|performed|done|obtained|taken|acquired|signed|dictated|transcribed|compar(?:ed|ison)(?: is made)?(?: to| with)?"
          + "|"
          + EXAM
          + "(?: (?:of|from|on|dated|performed|done|obtained|taken|vom|du|del|della|de))?|vom|am|seit|le|du|el|del|il|op|van|em|do dia|today|yesterday|date of (?:exam|service|study)|dos|doe|d/?t|dob)";
  private static final String NO_PART =
      "(?!\\s?(?:of|views?|images?|films?|slices?|inch|scale|the|lung|lungs|lobes?|vertebral|width|height|thickness|way|lower|upper|strength|power|murmur|bottles?|sets?|cultures?|sections?|sequences?|levels?)(?![\\p{L}])|\\s?(?:to|-)\\s?\\d+/\\d)";

  private static final Set<String> SHORT_OR_VERB =
      Set.of(
          "may", "mar", "march", "mars", "mai", "mei", "mag", "set", "ago", "gen", "dec", "sep",
          "dic", "ene", "out", "oct", "fev", "giu", "lug", "ott", "abr", "avr", "dez", "mayo",
          "maio", "jan");

  static final List<Rule> RULES =
      List.of(
          Rule.of(
              Identifier.DATE,
              "(?<![\\p{L}\\d.,/-])(?<hit>"
                  + YEAR.replace("(?!\\d)", "")
                  + "(?<s>[-/.\\u2013])(?:1[0-2]|0?[1-9])\\k<s>"
                  + DAY
                  + "(?:t\\d\\d:?\\d\\d(?::?\\d\\d)?)?)(?![\\d/-])"
                  + NO_UNIT),
          day(
              "(?<![\\p{L}\\d.,/-])(?<hit>(?<a>\\d{1,2})\\s?(?<s>[-/.\\u2013])\\s?(?<b>\\d{1,2})\\s?\\k<s>\\s?"
                  + YEAR
                  + ")(?![/-]?\\d)"
                  + NO_UNIT),
          day(
              "(?<![\\p{L}\\d.,/-])(?<hit>(?<a>\\d\\d) (?<b>\\d\\d) "
                  + YEAR
                  + ")(?![\\d/.-])"
                  + NO_UNIT),
          // Two digits of a year.
          day(
              "(?<![\\p{L}\\d.,/-])(?<!(?:ribs?|levels?|grades?|images?|series|segments?|slices?|scores?|scale|im|se|ratio|views?|digits?|toes?|fingers?|leads?|ports?)[\\s#:]{0,2})(?<hit>(?<a>\\d{1,2})/(?<b>\\d{1,2})/'?\\d\\d)(?![\\d/]|[.,-]\\d)"
                  + NO_UNIT),
          day(
              BEGIN
                  + CUE
                  + "[\\s:,(]{1,3}(?:the )?(?<hit>(?<a>\\d{1,2})(?<s>[-.])(?<b>\\d{1,2})\\k<s>'?\\d\\d)(?![\\d/-]|\\.\\d)"
                  + NO_UNIT),
          day(
              "(?<![\\p{L}\\d.,/-])(?<hit>(?<a>\\d\\d)\\.(?<b>\\d\\d)\\.\\d\\d)(?![\\d/.-])"
                  + NO_UNIT),
          day(
              "(?<![\\p{L}\\d.,/-])(?<hit>(?=0|\\d{1,2}-0)(?<a>\\d\\d)-(?<b>\\d\\d)-\\d\\d)(?![\\d/.-]?\\d)(?!-)"
                  + NO_UNIT),
          // A day without its year.
          day(
              BEGIN
                  + CUE
                  + "[\\s:,(]{1,3}(?:the )?(?<hit>(?<a>\\d{1,2})/(?<b>\\d{1,2}))(?![\\d/]|[.,-]\\d)"
                  + NO_UNIT
                  + NO_PART),
          day(
              BEGIN
                  + "(?:dated|vom|am|dob|date of (?:exam|service|study))[\\s:]{1,2}(?<hit>(?<a>\\d{1,2})[-.](?<b>\\d{1,2})\\.?)(?!\\d)"
                  + NO_UNIT
                  + NO_PART),
          // A month without its day.
          Rule.of(
              Identifier.DATE,
              "(?<![\\p{L}\\d.,/-])(?<hit>(?:1[0-2]|0?[1-9])/" + YEAR + ")(?![/-]?\\d)" + NO_UNIT),
          Rule.of(
              Identifier.DATE,
              BEGIN
                  + CUE
                  + "[\\s:,(]{1,3}(?<hit>(?:1[0-2]|0?[1-9])[.-]"
                  + YEAR
                  + "|"
                  + YEAR
                  + "[.-](?:1[0-2]|0[1-9])(?!\\d)|(?:1[0-2]|0[1-9])/\\d\\d(?!\\d)(?=\\s?(?:\\)|$)))(?![/-]\\d)"
                  + NO_UNIT),
          // Without marks.
          Rule.of(
              Identifier.DATE,
              "(?<![\\p{L}\\d.,/-])(?<hit>(?:19|20|21)\\d\\d(?:1[0-2]|0[1-9])(?:3[01]|[12]\\d|0[1-9])(?:[-_ t]?(?:[01]\\d|2[0-3])[0-5]\\d(?:[0-5]\\d)?)?)(?![\\p{L}\\d]|[.,/-]\\d)"),
          // Months by name.
          Rule.of(
              Identifier.DATE,
              "(?<![\\p{L}\\d.,/])(?<hit>"
                  + DAY
                  + ORDINAL
                  + "[\\s./,-]{0,3}(?:(?:day )?of |de |d')?"
                  + MONTH
                  + "\\.?(?:[\\s,./-]{0,3}(?:de |del |of )?(?<year>"
                  + YEAR
                  + "|'\\d\\d(?!\\d))|(?<s>[-/. ])(?<short>\\d\\d)(?![\\d.,/:-]))?)"
                  + END,
              Dates::isDayAndMonth),
          Rule.of(
              Identifier.DATE,
              BEGIN
                  + "(?<hit>"
                  + MONTH
                  + "\\.?[\\s./-]{0,2}(?:the )?"
                  + DAY
                  + "(?<ordinal>st|nd|rd|th)?(?:[\\s,./-]{1,3}(?:of |de )?(?<year>"
                  + YEAR
                  + "|'\\d\\d(?!\\d))|(?<s>[-/])(?<short>\\d\\d)(?!\\d))?)(?![\\p{L}\\d]|\\.\\d|:\\d)"
                  + NO_UNIT,
              Dates::isDayAndMonth),
          Rule.of(
              Identifier.DATE,
              BEGIN
                  + "(?<hit>"
                  + MONTH
                  + "\\.?[\\s,./-]{0,3}(?:of |de |del )?(?<year>"
                  + YEAR
                  + "|'\\d\\d(?!\\d)))"
                  + END
                  + NO_UNIT,
              (match, text) ->
                  Character.isUpperCase(text.charAt(match.start("month")))
                      || !SHORT_OR_VERB.contains(match.group("month"))),
          Rule.of(
              Identifier.DATE,
              "(?<![\\p{L}\\d.,/-])(?<hit>"
                  + YEAR
                  + "[\\s,./-]{0,3}"
                  + MONTH
                  + "\\.?[\\s,./-]{0,3}"
                  + DAY
                  + "(?:st|nd|rd|th)?)"
                  + END,
              (match, text) -> !month(match, text).equals("may")),
          Rule.of(
              Identifier.DATE,
              "(?<hit>" + YEAR + "\\s?\\u5e74\\s?\\d{1,2}\\s?\\u6708(?:\\s?\\d{1,2}\\s?\\u65e5)?)"),
          Rule.of(
              Identifier.DATE,
              BEGIN
                  + "(?<hit>(?:early |mid[ -]?|late )?(?:spring|summer|fall|autumn|winter)(?: of)?,? "
                  + YEAR
                  + ")"
                  + END
                  + NO_UNIT),
          // A year alone.
          Rule.of(
              Identifier.DATE,
              BEGIN
                  + "(?:dated?|from|since|until|till|in|during|before|after|circa|year|yr|back to|seit|aus|de|en|depuis|desde|dal|nel|van|sinds|as of|as far back as"
                  + "|(?:"
                  + EXAM
                  + ")(?: (?:of|from|in|dated))?)[\\s:,(]{1,2}(?:the year |late |early |mid[ -]?|approximately |about )?(?<hit>(?:19|20|21)\\d\\d)(?![\\d\\p{L}]|[.,/:-]\\d)"
                  + NO_UNIT
                  + "(?!\\s?(?:mls?|units?|hours|hrs|hounsfield|cells|images?|slices?|patients|cases)(?![\\p{L}]))",
              (match, text) -> !text.startsWith("hours", Math.min(text.length(), match.end() + 1))),
          // Birth.
          Rule.of(
              Identifier.DATE,
              BEGIN
                  + "(?:d\\.?o\\.?b\\.?|date of birth|birth ?date|birthday|born(?: on| in)?|year of birth|yob|geb(?:oren|urtsdatum)?\\.?(?: am)?|n\\u00e9e? le|date de naissance|fecha de nacimiento|nacid[oa](?: el)?|nat[oa] il|data di nascita|data de nascimento|geboortedatum)[\\s:=(-]{0,4}(?<hit>\\d[\\d./ -]{2,10}+(?<=\\d)|\\d{4,8}+)(?![\\d\\p{L}])"));

  private Dates() {}

  /** A rule for what is a date only where its groups {@code a} and {@code b} make a day. */
  private static Rule day(String pattern) {
    return Rule.of(Identifier.DATE, pattern, (match, text) -> isDay(match));
  }

  /** Whether two numbers can be a day and a month, in any order. */
  private static boolean isDay(Matcher match) {
    int a = Integer.parseInt(match.group("a"));
    int b = Integer.parseInt(match.group("b"));
    return Math.min(a, b) >= 1 && Math.min(a, b) <= 12 && Math.max(a, b) <= 31;
  }

  /** Whether it says a day; a month's name that is also a word needs more than a number beside. */
  private static boolean isDayAndMonth(Matcher match, String text) {
    String month = month(match, text);
    String lower = month.toLowerCase(Locale.ROOT);
    if (match.group("year") != null) {
      return true;
    }
    boolean may = lower.equals("may");
    if (match.group("short") != null && (!may || !match.group("s").equals(" "))) {
      return !match.group("s").equals(" ") || Character.isUpperCase(month.charAt(0));
    }
    if (match.group("ordinal") != null && match.group("ordinal").length() > 1) {
      return !month.equals("set") && !month.equals("out");
    }
    if (isBehindCue(text, match.start("hit"))) {
      return !may || !month.equals("may");
    }
    boolean title =
        Character.isUpperCase(month.charAt(0)) && !month.equals(month.toUpperCase(Locale.ROOT));
    boolean isLong = lower.length() > 4 && !SHORT_OR_VERB.contains(lower);
    return isLong || (title && !may && (!SHORT_OR_VERB.contains(lower) || ENGLISH.contains(lower)));
  }

  /** In its own case. */
  private static String month(Matcher match, String text) {
    return text.substring(match.start("month"), match.end("month"));
  }

  private static final Set<String> ENGLISH = Set.of("jan", "mar", "march", "sep", "oct", "dec");

  private static final java.util.regex.Pattern BEHIND =
      java.util.regex.Pattern.compile(
          BEGIN
              + "(?:"
              + CUE
              + "|the|of|by|monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tues?|wed|thu(?:rs)?|fri|sat|sun)[\\s:,(]{1,3}(?:the )?$",
          java.util.regex.Pattern.CASE_INSENSITIVE);

  private static boolean isBehindCue(String text, int at) {
    return BEHIND.matcher(text.substring(Math.max(0, at - 40), at)).find();
  }
}
