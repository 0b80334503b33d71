package org.radllama.ingest.privacy;

import static org.radllama.ingest.privacy.Rule.BEGIN;
import static org.radllama.ingest.privacy.Rule.END;

import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Hospitals, clinics and practices by their names. */
final class Hospitals {
  private static final int LONGEST = 40;
  private static final int MOST_WORDS = 6;

  private static final Anchor KIND =
      anchor(
          BEGIN
              + "(?:hospitals?|hosp\\.|medical cent(?:er|re)|med(?:ical)? ctr|health ?(?:system|cent(?:er|re)|services|network|sciences cent(?:er|re)|campus|park|clinic|care)|healthcare|clinics?|infirmary|imaging(?: (?:cent(?:er|re)|associates|group|services|partners))?|radiology (?:associates|group|partners|consultants|services|inc)|medical (?:group|associates|clinic|school|college|plaza)"
              + "|cancer (?:cent(?:er|re)|institute|hospital)|(?:heart|eye|spine|children's|brain|research|oncology) (?:institute|cent(?:er|re))|surgery cent(?:er|re)|surgical cent(?:er|re)|nursing home|rehabilitation cent(?:er|re)|rehab(?:ilitation)? (?:cent(?:er|re)|hospital)|care cent(?:er|re)|hospice|nhs (?:foundation )?trust|(?:foundation )?trust|sanatorium|polyclinic|klinikum|klinik(?:en)?|krankenhaus|spital"
              + "|kantonsspital|universit\\u00e4tsklinikum|ziekenhuis|ospedale|policlinico|h\\u00f4pital|clinique|centro m\\u00e9dico|clinica|cl\\u00ednica|assisted living|skilled nursing facility|urgent care|memorial|general|regional)"
              + END);
  private static final Pattern BEHIND =
      Pattern.compile(
          "\\s(?:(?:of|at|de|del|der|di|do|da|van|in|for|-)\\s)?(?:(?:the|la|los|las)\\s)?(?<name>(?:St\\.\\s)?\\p{Lu}[\\p{L}'\\u2019-]{1,30}+(?:\\s\\p{Lu}[\\p{L}'\\u2019-]{1,30}+){0,2}+)");
  private static final Anchor SAINT =
      anchor(
          BEGIN
              + "(?<hit>(?:st\\.?|saint|ste\\.?|sankt|sint|san|santa)\\s[\\p{L}'\\u2019-]{2,30}+(?:\\s[\\p{L}'\\u2019-]{2,30}+)?\\s(?:hospital|medical cent(?:er|re)|clinic|infirmary|health(?:care)?(?: (?:system|center))?|regional|general|memorial|hospice|klinikum|krankenhaus|ziekenhuis|gasthuis))"
              + END);
  private static final Anchor KNOWN =
      anchor(
          BEGIN
              + "(?<hit>Johns Hopkins|Mayo(?= [Cc]linic)|Mass(?:achusetts)? General|Brigham(?: and Women's)?|Cedars[- ]Sinai|Mount Sinai|Mt\\.? Sinai|Kaiser Permanente|MD Anderson|Sloan[- ]Kettering|Beth Israel(?: Deaconess)?|Charit\\u00e9|NYU Langone|Guy's and St Thomas'|Intermountain|Geisinger|JOHNS HOPKINS|MOUNT SINAI|MAYO CLINIC)"
              + END);
  private static final Anchor MOVED =
      anchor(
          BEGIN
              + "(?i:(?:transferred|transfer|transported|referred|admitted|discharged|sent|brought|arrived|faxed|films?|images?|study|studies|imaging|ct|mri|performed|scan|done|obtained|received|outside) (?:from|to|at|by)) (?<hit>(?:St\\.? |Mount |Mt\\.? )?\\p{Lu}[\\p{Ll}'\\u2019-]{3,30}+(?:[ -]\\p{Lu}[\\p{Ll}'\\u2019-]{2,30}+){0,3}+)");
  private static final Anchor FACILITY =
      anchor(
          BEGIN
              + "(?i:facility|hospital|institution|site|clinic|location|practice|hospital name|performed at|campus)\\s{0,2}:\\s{0,3}(?<hit>\\p{Lu}[\\p{L}'\\u2019.-]{1,30}+(?:\\s(?:of |and |the )?\\p{Lu}[\\p{L}'\\u2019.-]{1,30}+){0,4}+)");

  /** Words with capitals, small words between them. */
  private static final String NAME =
      "(?:(?:la|las|los|le|les|El|La|Le|Les|St\\.|Sankt|am|im|an der|rechts der|links der|der|des) |l'){0,2}\\p{Lu}[\\p{L}'\\u2019-]{1,30}+"
          + "(?:[ -](?:(?:de|del|di|la|der|den|am|an|i|y|e|du|des) ){0,2}\\p{Lu}[\\p{L}'\\u2019-]{1,30}+){0,3}+";

  private static final String OF =
      "(?:(?:de la|de los|de las|de l'|de|del|des|du|d'|della|dei|di|in|von|van)(?: |(?<=')))?";

  /** Kinds of other languages that stand before the name. */
  private static final Anchor LOCAL =
      anchor(
          BEGIN
              + "(?<hit>(?:Hospital of the University of |Hospital (?:Universitario|Universitari|Provincial|Comarcal|Nacional|Infantil|Materno[- ]Infantil|Cl\u00ednico|Cl\u00ednic|Militar|Virgen)(?: Universitario)? (?:de la |de los |del |de |d')?"
              + "|Hospital (?:(?:General|Regional|Central|Civil)(?: Universitario)? )?(?:de la|de los|de las|de|del|d') ?"
              + "|Hospital (?:General|Regional|Central) Universitario "
              + "|Hospital (?:(?:General|Universitario) )?\\d{1,2} de "
              + "|(?:H\u00f4pital|Hopital|H\u00f4pitaux)(?: (?:[Uu]niversitaires?|[Gg]\u00e9n\u00e9ral|[Ee]urop\u00e9en|[Pp]riv\u00e9|[Mm]ilitaire))? "
              + OF
              + "|Centre [Hh]ospitalier(?: (?:[Uu]niversitaire|[Rr]\u00e9gional|[Ii]ntercommunal)){0,2} "
              + OF
              + "|CHR?U "
              + OF
              + "|(?:Poly)?[Cc]linique (?:du |de la |des |de l'|de )?"
              + "|\\p{Lu}\\p{Ll}{2,24}(?:krankenhaus|klinikum|klinik|spital|ziekenhuis) "
              + OF
              + "|(?:Klinikum|Krankenhaus|Klinikverbund) "
              + "|(?:[Uu]niversitair )?Medisch Centrum |UMC "
              + "|(?:Ospedale|Ospedali)(?: (?:[Cc]ivile|[Mm]aggiore|[Gg]enerale|[Rr]iuniti))? "
              + OF
              + "|Azienda [Oo]spedalier[ao](?:[ -][Uu]niversitaria)? "
              + OF
              + "|Casa di [Cc]ura |IRCCS |Policlinico (?:[Uu]niversitario )?"
              + OF
              + ")"
              + NAME
              + ")"
              + END);

  private static final Pattern FIRST_WORD = Pattern.compile("(?s)([^ .-]{1,40}+).*");

  /** Words before the kind that name no place, though they may belong to a name. */
  private static final Set<String> COMMON =
      Set.of(
          "outside",
          "the",
          "this",
          "our",
          "local",
          "referring",
          "same",
          "day",
          "in",
          "at",
          "other",
          "another",
          "previous",
          "prior",
          "pain",
          "fracture",
          "outpatient",
          "inpatient",
          "fever",
          "birth",
          "acute",
          "private",
          "public",
          "home",
          "field",
          "your",
          "area",
          "a",
          "an",
          "to",
          "from",
          "for",
          "post",
          "pre",
          "follow",
          "diagnostic",
          "cardiac",
          "breast",
          "chest",
          "primary",
          "emergency",
          "urgent",
          "sports",
          "travel");

  private static final Set<String> INSIDE =
      Set.of(
          "of", "and", "the", "de", "la", "del", "for", "&", "der", "di", "van", "at", "in", "los",
          "las");

  private static final Set<String> SURE =
      Set.of(
          "university",
          "children's",
          "childrens",
          "community",
          "county",
          "memorial",
          "general",
          "regional",
          "veterans",
          "va",
          "city",
          "district",
          "royal",
          "state",
          "national",
          "methodist",
          "baptist",
          "presbyterian",
          "lutheran",
          "catholic",
          "jewish",
          "adventist",
          "mercy",
          "sacred",
          "holy",
          "good",
          "women's",
          "central",
          "north",
          "south",
          "east",
          "west",
          "northern",
          "southern",
          "eastern",
          "western",
          "valley",
          "lake",
          "hill",
          "grand",
          "spring",
          "providence",
          "park",
          "bay",
          "river",
          "mountain",
          "green",
          "white",
          "red",
          "black");

  /** Kinds that are also said of other things, or without a name. */
  private static final Set<String> WEAK =
      Set.of(
          "memorial",
          "general",
          "regional",
          "imaging",
          "clinic",
          "clinics",
          "trust",
          "foundation trust",
          "spital",
          "clinica",
          "healthcare",
          "health care",
          "assisted living",
          "urgent care",
          "medical school");

  /** Kinds that stand before the name. */
  private static final Pattern FIRST_KIND =
      Pattern.compile(
          "h\\u00f4pital|clinique|ospedale|klinikum|klinik|krankenhaus|ziekenhuis|cl\\u00ednica|clinica|policlinico|hospital"
              + "|universit\\u00e4tsklinikum|kantonsspital|centro m\\u00e9dico|medical cent(?:er|re)");

  private static final Pattern SHORT = Pattern.compile("(?i)st|ste|mt|ft|dr|[a-z]");

  private Hospitals() {}

  private static Anchor anchor(String regex) {
    return new Anchor(Pattern.compile(regex));
  }

  static void find(Scanned scanned, Consumer<Hit> to) {
    String text = scanned.text();
    int[] words = scanned.words();
    SAINT.find(scanned.lower(), words, match -> add(match, to));
    KNOWN.find(text, words, match -> add(match, to));
    LOCAL.find(text, words, match -> add(match, to));
    MOVED.find(text, words, match -> unlessWord(match, to));
    FACILITY.find(text, words, match -> unlessWord(match, to));
    KIND.find(scanned.lower(), words, match -> named(text, match, to));
  }

  private static void add(Matcher match, Consumer<Hit> to) {
    to.accept(new Hit(Identifier.HOSPITAL, match.start("hit"), match.end("hit")));
  }

  private static void unlessWord(Matcher match, Consumer<Hit> to) {
    String first = FIRST_WORD.matcher(match.group("hit")).replaceFirst("$1");
    boolean saint = first.equals("St") || first.equals("Mt");
    if (saint
        || (!NameWords.isOther(first)
            && !NameWords.isEponym(first)
            && !isShort(match.group("hit")))) {
      add(match, to);
    }
  }

  /** Whether it is an abbreviation, which may be anything. */
  private static boolean isShort(String found) {
    return found.length() < 5 && found.equals(found.toUpperCase(Locale.ROOT));
  }

  /**
   * The words of a name before its kind.
   *
   * @param start of the first
   * @param places how many are no other words
   * @param common how many belong to many names
   */
  private record Before(int start, int places, int common) {}

  /** The words with a capital before a kind, and for a kind that comes first, behind it. */
  private static void named(String text, Matcher kind, Consumer<Hit> to) {
    if (!Character.isUpperCase(text.charAt(kind.start()))) {
      return;
    }
    String word = kind.group();
    boolean weak = WEAK.contains(word);
    boolean capitals = isCapitals(text.substring(kind.start(), kind.end()));
    Before before = before(text, kind.start());
    boolean found =
        weak
            ? before.places() > 0 && isPlace(text, before.start(), word)
            : before.places() + before.common() > 0;
    int end = kind.end();
    Matcher behind = BEHIND.matcher(text).region(end, text.length());
    if (behind.lookingAt() && isNameBehind(behind.group("name"))) {
      boolean adjacent = text.substring(end, behind.start("name")).isBlank();
      boolean begins = found || (!capitals && FIRST_KIND.matcher(word).matches());
      if (begins && (!adjacent || (!weak && !capitals))) {
        found = true;
        end = behind.end("name");
      }
    }
    if (found) {
      to.accept(new Hit(Identifier.HOSPITAL, before.start(), end));
    }
  }

  private static boolean isNameBehind(String name) {
    return name.startsWith("St.") || !NameWords.isOther(name.split(" ", 2)[0]);
  }

  private static Before before(String text, int kind) {
    Before found = new Before(kind, 0, 0);
    int at = kind;
    for (int words = 0; words < MOST_WORDS; words++) {
      int end = overBlanks(text, at);
      boolean stop = end > 0 && text.charAt(end - 1) == '.';
      int from = overWord(text, stop ? end - 1 : end);
      String word = text.substring(from, stop ? end - 1 : end);
      if (end == at || word.isEmpty() || (stop && !SHORT.matcher(word).matches())) {
        return found;
      }
      boolean capital = Character.isUpperCase(word.charAt(0));
      String lower = word.toLowerCase(Locale.ROOT);
      if (INSIDE.contains(lower)) {
        if (words == 0 || !isCapitalBefore(text, from)) {
          return found;
        }
      } else if (!capital) {
        return found;
      } else if (SURE.contains(lower)) {
        found = new Before(from, found.places(), found.common() + 1);
      } else if (!lower.equals("st") && (COMMON.contains(lower) || NameWords.isOther(word))) {
        return found;
      } else {
        found = new Before(from, found.places() + 1, found.common());
      }
      at = from;
    }
    return found;
  }

  private static int overBlanks(String text, int from) {
    int at = from;
    while (at > 0 && from - at < 2 && text.charAt(at - 1) == ' ') {
      at--;
    }
    return at;
  }

  private static int overWord(String text, int from) {
    int at = from;
    while (at > 0 && from - at <= LONGEST && isPart(text.charAt(at - 1))) {
      at--;
    }
    return at;
  }

  /** A word that means other things as well names a place behind such words only. */
  private static boolean isPlace(String text, int start, String kind) {
    if (kind.startsWith("clinic")
        || kind.contains("trust")
        || kind.contains("care")
        || kind.startsWith("imaging")) {
      return true;
    }
    String before = text.substring(Math.max(0, start - 12), start).toLowerCase(Locale.ROOT);
    return before.matches("(?s).*\\b(?:from|at|to|of|by|the|with)\\s+") || start == 0;
  }

  private static boolean isCapitalBefore(String text, int at) {
    int end = overBlanks(text, at);
    int from = overWord(text, end);
    return from < end && Character.isUpperCase(text.charAt(from));
  }

  private static boolean isCapitals(String found) {
    return found.equals(found.toUpperCase(Locale.ROOT));
  }

  private static boolean isPart(char c) {
    return Character.isLetter(c) || c == '\'' || c == '\u2019' || c == '-' || c == '&';
  }
}
