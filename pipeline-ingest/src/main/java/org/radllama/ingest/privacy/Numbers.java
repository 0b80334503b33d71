package org.radllama.ingest.privacy;

import static org.radllama.ingest.privacy.Rule.BEGIN;

import java.util.List;
import java.util.Locale;
import java.util.function.BiPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers of persons, records, examinations, insurances and telephones. */
final class Numbers {
  /** Between a label and its number. */
  private static final String WORD =
      "(?:\\s{0,2}\\.?\\s{0,2}(?:numbers?|num|nos|no|nr|nbr|n\\u00b0|n\\u00ba|#|ids?|code|identifier|card|ending in|ends in|ending|digits)\\.?(?![\\p{L}])){0,3}";

  private static final String MARK = "\\s{0,2}(?:(?:is|was|of)\\s|[:=#(-]|\\.)?[\\s:=#(-]{0,3}";
  private static final String VALUE =
      "(?<hit>(?=[\\p{L}]{0,6}-?\\d|(?:[a-z0-9]{1,4}-){1,3}[a-z]{0,3}\\d)[a-z0-9]{1,24}+(?:[-/.][a-z0-9]{1,16}+){0,5}+(?: \\d{2,5}(?![\\d\\p{L}]|[/:.-]\\d)){0,4}+)";

  private static final String SSN_LABEL =
      "(?:ssn|ss#|ss no|ss number|s\\.s\\.n\\.?|social security|soc\\.? sec\\.?|social insurance|sin|last four(?: of)?(?: ssn)?|national (?:id|identity|identification)"
          + "|nino|ni number|nif|nie|dni|cpf|codice fiscale|steuer-?id|bsn|personnummer|aadhaar)";
  private static final String INSURANCE_LABEL =
      "(?:(?:health |medical |national )?insurance(?: (?:policy|member|group))?|policy|policyholder|member(?:ship)?|subscriber|group|medicare|medicaid|medi-cal|tricare"
          + "|health[ -]?card|health plan|plan|beneficiary|benefit|hic|hicn|mbi|ohip|payer|payor|(?:kranken)?versicher(?:ungs|ten)(?:nummer|nr)|versichertennummer"
          + "|s\\u00e9curit\\u00e9 sociale|seguridad social|tessera sanitaria|aetna|cigna|humana|blue cross|bcbs|kaiser|united ?healthcare)";
  private static final String ACCESSION_LABEL =
      "(?:accession|accn?|acsn|acc|access(?:ion)?|requisition|specimen)";
  private static final String ORDER_LABEL =
      "(?:order|exam(?:ination)?|study|series instance|procedure|request|reference|ref|report|document|job|dictation|confirmation|sample|slide|tracking|barcode)";
  private static final String RECORD_LABEL =
      "(?:u?mrn|m\\.r\\.n\\.?|mr ?#|med(?:ical)?\\.? ?rec(?:ord)?\\.?s?|medical records?|health records?|hospital (?:no|number|id|#)|hosp\\.? ?(?:no|number|id|#)|hrn|urn|ur|nhs|nhi|chi|hcn|empi"
          + "|csn|fin|har|nhc|ipp|pid|patid|npi|gmc|dea|licen[cs]e|unit|unit record|patienten?-?(?:nummer|nr|id)|pat\\.?-?(?:nr|id)|fall-?(?:nummer|nr)|n\\u00famero de historia"
          + "|historia cl\\u00ednica|num\\u00e9ro de dossier|cartella|dossi\\u00ean?r?|serial|s/n|lot|device|udi|imei|vehicle|plate|passport|driver'?s licen[cs]e)";
  private static final String PATIENT_LABEL =
      "(?:patient|pt|chart|case|visit|encounter|account|acct|admission|episode|file|record|folder|film|client|billing|registration|reg|mr|id|study|subject|bed|locker|x-?ray|personal)";

  private static final String PHONE_NOUN =
      "(?:tel|telephone|telefon|telefono|tel\\u00e9fono|t\\u00e9l\\u00e9phone|t\\u00e9l|telefoon|phone|ph|fax|cell|cellphone|mobile|mob|handy|pager|pgr|pgy|beeper|beep|bleep|ext|extn|exten|extension"
          + "|durchwahl|vocera|hotline|voicemail|callback|call back|call-back|reading room|front desk|text|sms|whatsapp|page|dect)";
  private static final String PHONE_VERB =
      "(?:call(?:ed)?|paged?|dial(?:ed)?|phoned?|telephoned|contact(?:ed)?|reach(?:ed|able)?|fax(?:ed)?|text(?:ed)?|ring|rang|via|number|desk|office|at|line)";

  /** Those that a word in front names. */
  static final List<Rule> LABELLED =
      List.of(
          Rule.of(
              Identifier.SSN,
              "(?<![\\p{L}\\p{N}.-])(?<hit>\\d{3}[-\\u2013]\\d{2}[-\\u2013]\\d{4}|[_*x]{3}-[_*x]{2}-\\d{4})(?![\\d-])"),
          Rule.of(Identifier.SSN, BEGIN + SSN_LABEL + WORD + MARK + VALUE, atLeast(4)),
          labelled(Identifier.INSURANCE, INSURANCE_LABEL, 4),
          labelled(Identifier.ACCESSION, ACCESSION_LABEL, 3),
          numbered(Identifier.ACCESSION, ORDER_LABEL, 4),
          labelled(Identifier.RECORD, RECORD_LABEL, 4),
          numbered(Identifier.RECORD, PATIENT_LABEL, 4));

  /** Those that their form shows, and telephones. */
  static final List<Rule> BARE =
      List.of(
          // North American.
          Rule.of(
              Identifier.PHONE,
              "(?<![\\p{L}\\p{N}.(/-])(?<hit>(?:\\+?1[ .-]?)?(?:\\(\\d{3}\\) ?-? ?|\\d{3}[ .\\u2013-])\\d{3}[ .\\u2013-]\\d{4}(?:\\s?(?:x|ext\\.?)\\s?\\d{1,6})?)(?![\\d.-]?\\d)"
                  + Rule.NO_UNIT),
          Rule.of(
              Identifier.PHONE,
              "(?<![\\p{L}\\p{N}.])(?<hit>(?:\\+|00)\\s?[1-9]\\d{0,2}(?:[ .()/-]{0,3}\\d{1,12}){2,7}+)(?![\\d])",
              digits(8, 15)),
          // With a trunk zero.
          Rule.of(
              Identifier.PHONE,
              "(?<![\\p{L}\\p{N}.,/(-])(?<hit>\\(?0[1-9]\\d{1,3}\\)?[ /.-]\\d{3,8}(?:[ .-]\\d{2,6}){0,3}|0[1-9](?:[ .-]\\d{2}){4}|0[1-9]\\d{8,9})(?![\\d]|[.,/-]\\d)"
                  + Rule.NO_UNIT,
              digits(8, 13)),
          Rule.of(
              Identifier.PHONE,
              BEGIN
                  + PHONE_NOUN
                  + "\\.?"
                  + WORD
                  + "\\s{0,2}(?:(?:me |us )?(?:is|at|on|to)\\s)?[\\s:.=#(-]{0,3}(?<hit>(?:x|p)?[(+]{0,2}\\d(?:[ ()./-]{0,3}\\d){2,16}+)(?![\\p{L}]|:\\d)",
              Numbers::isCalled),
          Rule.of(
              Identifier.PHONE,
              BEGIN
                  + PHONE_NOUN
                  + "\\.?"
                  + WORD
                  + "\\s{0,2}(?:(?:is|at|on|to)\\s)?[\\s:.=#(-]{0,3}(?<hit>(?:x|p)?\\d{3,12}+(?:[ -]\\d{2,7}){0,3}+)(?![\\p{L}\\d/]|[:.]\\d)",
              Numbers::isCalled),
          Rule.of(
              Identifier.PHONE,
              BEGIN
                  + PHONE_VERB
                  + "\\.?\\s{0,2}[:(#]?\\s{0,2}(?:at |on |back at |us at |me at )?(?<hit>\\d{3}[ .-]\\d{4}|\\d{3}[ .-]\\d{3}[ .-]\\d{4}|\\d{2}[ -]\\d{3}[ -]\\d{2}[ -]\\d{2}|\\d{3}[ -]\\d{3}[ -]\\d{3}|\\d[ -]\\d{4}|\\d{5,12}+)(?![\\p{L}\\d/]|[:.]\\d)"
                  + Rule.NO_UNIT,
              Numbers::isNear),
          Rule.of(
              Identifier.PHONE,
              BEGIN
                  + "(?<hit>x\\.?\\s?-?#?(?:\\d{4,6}|\\d-\\d{3,4}|\\d{2,3}-\\d{2,4}))(?![\\p{L}\\d]|[.,/-]\\d)",
              (match, text) -> match.start() == 0 || !endsWithNumber(text, match.start())),
          // Bare: nothing else in a report is so long.
          Rule.of(
              Identifier.RECORD,
              "(?<![\\p{L}\\p{N}.,/_+-])(?<hit>(?:[a-z]{1,4}-?)?\\d{7,24}+)(?![\\p{L}\\p{N}]|[.,]\\d)"),
          Rule.of(
              Identifier.RECORD,
              "(?<![\\p{L}\\p{N}.])(?<hit>[0-2](?:\\.\\d{1,30}+){5,30}+)(?![\\p{L}\\d])"));

  private Numbers() {}

  private static Rule labelled(Identifier kind, String label, int least) {
    return Rule.of(kind, BEGIN + label + "(?![\\p{L}])" + WORD + MARK + VALUE, atLeast(least));
  }

  /** The label says little, so that a word for number must follow it. */
  private static Rule numbered(Identifier kind, String label, int least) {
    return Rule.of(
        kind,
        BEGIN
            + label
            + "(?![\\p{L}])(?:'s)?\\s{0,2}(?:medical |record |account |instance |history ){0,2}(?:(?:numbers?|num|no\\.|no(?=[\\s:])|nr|nbr|#|ids?|uid|identifier|identification)\\.?(?![\\p{L}])|:(?=\\s{0,2}[a-z]{0,4}-?\\d{5})|(?=\\s\\d{6}))"
            + WORD
            + MARK
            + VALUE,
        atLeast(least));
  }

  private static BiPredicate<Matcher, String> atLeast(int least) {
    return (match, text) -> countDigits(match.group("hit")) >= least;
  }

  private static BiPredicate<Matcher, String> digits(int least, int most) {
    return (match, text) -> {
      long digits = countDigits(match.group("hit"));
      return digits >= least && digits <= most;
    };
  }

  /** Three digits or more, that are neither a time of day nor a date. */
  private static boolean isCalled(Matcher match, String text) {
    String hit = match.group("hit");
    String between = text.substring(match.start(), match.start("hit")).toLowerCase(Locale.ROOT);
    boolean at =
        between.matches(".*\\b(?:at|on)\\s+")
            || between.startsWith("text")
            || between.startsWith("page ");
    long digits = countDigits(hit);
    return digits >= (at ? 5 : 3)
        && !hit.matches("\\d{1,2}[./-]\\d{1,2}(?:[./-]\\d{2,4})?")
        && !CLOCK.matcher(text).region(match.end("hit"), text.length()).lookingAt();
  }

  /** Whether somebody is called, not a place in a picture. */
  private static boolean isNear(Matcher match, String text) {
    String hit = match.group("hit");
    boolean weak =
        text.regionMatches(true, match.start(), "at", 0, 2)
            || text.regionMatches(true, match.start(), "line", 0, 4)
            || text.regionMatches(true, match.start(), "via", 0, 3)
            || text.regionMatches(true, match.start(), "number", 0, 6)
            || text.regionMatches(true, match.start(), "reach", 0, 5);
    if (!weak) {
      return countDigits(hit) >= 5;
    }
    String before = text.substring(Math.max(0, match.start() - 80), match.start("hit"));
    return countDigits(hit) >= 5 && CALLING.matcher(before).find();
  }

  private static final Pattern CLOCK =
      Pattern.compile(
          "\\s?(?:hours|hrs|h|am|pm|a\\.m|p\\.m)(?![\\p{L}])", Pattern.CASE_INSENSITIVE);

  private static final Pattern CALLING =
      Pattern.compile(
          "(?i)(?<![\\p{L}])(?:call|contact|phone|telephone|discuss|notif|inform|communicat|spoke|page|reach|question|dr\\b|office|clinic|desk|number)");

  private static boolean endsWithNumber(String text, int end) {
    int at = end - 1;
    while (at >= 0 && text.charAt(at) == ' ') {
      at--;
    }
    return at >= 0
        && (Character.isDigit(text.charAt(at))
            || text.startsWith("mm", Math.max(0, at - 1))
            || text.startsWith("cm", Math.max(0, at - 1)));
  }

  private static long countDigits(String hit) {
    return hit.chars().filter(Character::isDigit).count();
  }
}
