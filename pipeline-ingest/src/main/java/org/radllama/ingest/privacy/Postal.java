package org.radllama.ingest.privacy;

import static org.radllama.ingest.privacy.Rule.BEGIN;
import static org.radllama.ingest.privacy.Rule.END;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Postal addresses as Britain, the United States, Germany, France, Spain, Italy and the Netherlands
 * write them: streets with numbers, boxes, and postcodes beside towns. All need a digit.
 */
final class Postal {
  private static final String NUMBER = "\\d{1,5}(?:\\s?[a-zA-Z])?(?:[-/]\\d{1,4})?";
  private static final String WORD = "\\p{Lu}[\\p{L}'\\u2019.-]{1,30}";
  private static final String WORDS = "(?<first>" + WORD + "+)(?:[ -]" + WORD + "+){0,3}+";
  private static final String ROOM =
      "(?:,?\\s(?:Suite|Ste\\.?|Apt\\.?|Apartment|Unit|Flat|Floor|Room)\\s#?[\\p{L}\\p{N}-]{1,6})?";

  /** Names of streets where they stand behind a number and words with capitals. */
  private static final String STREET =
      "Street|STREET|Avenue|AVENUE|Ave\\.?|Road|ROAD|Rd\\.?|Lane|LANE|Ln\\.?|Boulevard|BOULEVARD|Blvd\\.?|Highway|HIGHWAY|Hwy\\.?"
          + "|Parkway|PARKWAY|Pkwy\\.?|Crescent|Terrace|Gardens|Mews|Turnpike|(?:St|Dr|Ct|Pl)\\.?(?=,\\s\\p{Lu})";

  /** Those that are other words or abbreviations as well. */
  private static final String WEAK_STREET =
      "St\\.?(?!\\s\\p{Lu})|Dr\\.?(?!\\s\\p{Lu})|Drive|Court|Place|Square|Way|Close|Grove|Circle|Trail|Plaza|Alley|Quay";

  private static final String TOWN =
      "(?:(?:New|San|Los|Las|Saint|St\\.|Fort|Santa|El|La|North|South|East|West|Salt|Des)\\s){0,2}";

  private static final String STATE =
      "(?:AL|AK|AZ|AR|CA|CO|CT|DE|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|OK|OR|PA|RI|SC|SD"
          + "|TN|TX|UT|VT|VA|WA|WV|WI|WY|DC|PR)";

  private static final String OF =
      "(?:(?:de la|de las|de los|de l'|de|del|des|du|d'|della|delle|dei|degli|dell'|di|la|le|les|los|las|van de|van der|van|den)(?:\\s|(?<='))){0,2}";

  /** Behind a number that is no size, as in "Gallenweg 7 mm". */
  private static final String NO_MEASURE = "(?!\\s?(?:cm|mm|ml|x|%))(?![.,]\\d)";

  /** Ways that are no streets. */
  private static final Pattern IN_THE_BODY =
      Pattern.compile(
          "(?i)\\p{L}*(?:gallen|atem|luft|harn|lucht|zugangs|verdauungs|leitungs|speise|stich)weg\\s");

  /** A pattern whose group {@code hit} is an address, and what else must hold of it. */
  private record Form(Anchor anchor, Predicate<Matcher> holds) {}

  private static final List<Form> FORMS = new ArrayList<>();

  static {
    // 12 High Street, 1400 N. 5th Ave Suite 200
    add(
        "(?<hit>"
            + NUMBER
            + ",?\\s(?:[NSEW]{1,2}\\.?\\s)?(?<first>"
            + WORD
            + "|\\d{1,3}(?:st|nd|rd|th))(?:\\s"
            + WORD
            + "){0,2}?(?:\\s(?:"
            + STREET
            + "))"
            + ROOM
            + ")",
        match -> !NameWords.isClosed(match.group("first")));
    add(
        "(?<hit>"
            + NUMBER
            + ",?\\s(?:[NSEW]{1,2}\\.?\\s)?(?:"
            + WORD
            + "\\s){0,2}?(?<first>"
            + WORD
            + ")\\s(?:"
            + WEAK_STREET
            + ")"
            + ROOM
            + ")",
        Postal::isName);
    add("(?<hit>(?i:p\\.?\\s?o\\.?\\s?box)\\s#?\\d{1,6})", match -> true);
    add(
        "(?<hit>(?i:postfach|bo\\u00eete postale|casella postale|apartado (?:de correos|postal)|postbus)\\s\\d{1,3}(?:\\s?\\d{2,3}){0,2})",
        match -> true);
    add(
        "(?i:address|adresse|direcci\\u00f3n|indirizzo|adres|anschrift)\\s?:\\s{0,3}(?<hit>[\\p{Lu}\\p{N}][^\\n;:]{0,60}\\d[^\\n;:.]{0,40})",
        match -> true);
    add("(?i:(?:lives|living|resides|residing) at) (?<hit>\\d[^\\n;:.]{3,60})", match -> true);
    // Leeds LS1 3EX
    add(
        "(?<hit>(?<first>"
            + WORD
            + "),?\\s{1,2}[A-Z]{1,2}\\d[A-Z\\d]?\\s\\d(?!ST|ND|RD|TH)[ABD-HJLNP-UW-Z]{2})",
        Postal::isName);
    // Springfield, IL 62704
    add(
        "(?<hit>" + TOWN + "(?<first>" + WORD + "),?\\s" + STATE + "\\s\\d{5}(?:-\\d{4})?)",
        Postal::isName);
    add(
        "(?<hit>" + TOWN + "(?<first>" + WORD + "),\\s\\p{Lu}\\p{Ll}{3,14}\\s\\d{5}(?:-\\d{4})?)",
        Postal::isName);
    // Hauptstraße 5, Grote Kerkstraat 12
    add(
        "(?<hit>\\p{Lu}\\p{L}{2,25}(?:stra\\u00dfe|strasse|str\\.|weg|allee|platz|gasse|chaussee|straat|laan|plein|gracht|kade|singel|dijk)\\s\\d{1,4}(?:\\s?[a-z])?)"
            + NO_MEASURE,
        match -> !IN_THE_BODY.matcher(match.group("hit")).lookingAt());
    add(
        "(?<hit>"
            + WORD
            + "(?:[- ]"
            + WORD
            + ")?[- ](?:Stra\\u00dfe|Strasse|Str\\.|Allee|Platz|Weg)\\s\\d{1,4}(?:\\s?[a-z])?)"
            + NO_MEASURE,
        match -> true);
    // 12 bis, rue de la Paix
    add(
        "(?<hit>\\d{1,4}(?:\\s?(?:bis|ter))?,?\\s(?i:rue|avenue|av\\.|boulevard|bd|place|all\\u00e9e|chemin|impasse|quai|route|cours)\\s"
            + OF
            + WORDS
            + ")",
        Postal::isName);
    // Calle Mayor, 5; Via Roma 12
    add(
        "(?<hit>(?:Calle|C/|Avda\\.?|Avenida|Plaza|Paseo|Carretera|Ronda|Camino|Via|Viale|V\\.le|Piazza|Corso|Largo|Vicolo|Strada)\\s?"
            + OF
            + WORDS
            + ",?\\s(?:n[\\u00ba\\u00b0o]?\\.?\\s?)?\\d{1,4})"
            + NO_MEASURE,
        Postal::isName);
    // , 48149 Münster
    add("(?<hit>(?:(?:D|F|I|E|CH|A)-)\\d{4,5}\\s" + WORDS + ")", Postal::isName);
    add(
        "(?<hit>\\d{5}(?<=(?:,\\s|(?<!\\p{L})(?i:in|aus|nach|\\u00e0|en|a|te)\\s)\\d{5})\\s"
            + WORDS
            + ")",
        Postal::isName);
    add("(?<=^|\\n)(?<hit>\\d{5}\\s" + WORDS + ")(?=\\s*(?:\\n|$))", Postal::isName);
    // 3511 AB Utrecht
    add(
        "(?<hit>[1-9]\\d{3}\\s?(?!AM|PM|CT|MR|PA|AP|US|XR|LL|RL|RT|LT|MD|RN|HU|CC|ML|MG|SA|SD|SS)[A-Z]{2}\\s{1,2}"
            + WORDS
            + ")",
        Postal::isName);
  }

  private Postal() {}

  private static void add(String regex, Predicate<Matcher> holds) {
    FORMS.add(new Form(new Anchor(Pattern.compile(BEGIN + regex + END)), holds));
  }

  /** Whether reports do not use the word for something else. */
  private static boolean isName(Matcher match) {
    String first = match.group("first");
    String bare = first.endsWith(".") ? first.substring(0, first.length() - 1) : first;
    return !NameWords.isOther(bare) && !NameWords.isEponym(bare);
  }

  static void find(Scanned scanned, Consumer<Hit> to) {
    for (Form form : FORMS) {
      form.anchor()
          .find(
              scanned.text(),
              scanned.words(),
              match -> {
                if (form.holds().test(match)) {
                  to.accept(new Hit(Identifier.ADDRESS, match.start("hit"), match.end("hit")));
                }
              });
    }
  }
}
