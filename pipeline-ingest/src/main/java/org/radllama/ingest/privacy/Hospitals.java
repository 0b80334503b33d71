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
              + "|kantonsspital|universit\\u00e4tsklinikum|ziekenhuis|ospedale|policlinico|h\\u00f4pital|clinique|centro m\\u00e9dico|clinica|cl\\u00ednica|assisted living|skilled nursing facility|urgent care|memorial|general)"
              + END);
  private static final Pattern BEHIND =
      Pattern.compile(
          "\\s(?:(?:of|at|de|del|der|di|do|da|van|in|for|-)\\s)?(?:(?:the|la|los|las)\\s)?(?<name>(?:St\\.\\s)?\\p{Lu}[\\p{L}'\\u2019-]{1,30}+(?:\\s\\p{Lu}[\\p{L}'\\u2019-]{1,30}+){0,2}+)");
  private static final Anchor SAINT =
      anchor(
          BEGIN
              + "(?<hit>(?:st\\.?|saint|ste\\.?|sankt|san|santa)\\s[\\p{L}'\\u2019-]{2,30}+(?:\\s[\\p{L}'\\u2019-]{2,30}+)?\\s(?:hospital|medical cent(?:er|re)|clinic|infirmary|health(?:care)?(?: (?:system|center))?|regional|general|memorial|hospice|klinikum|krankenhaus))"
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
          "cross",
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

  private Hospitals() {}

  private static Anchor anchor(String regex) {
    return new Anchor(Pattern.compile(regex));
  }

  static void find(Scanned scanned, Consumer<Hit> to) {
    String text = scanned.text();
    int[] words = scanned.words();
    SAINT.find(scanned.lower(), words, match -> add(match, to));
    KNOWN.find(text, words, match -> add(match, to));
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

  /** The words with a capital before a kind, and for a kind that comes first, behind it. */
  private static void named(String text, Matcher kind, Consumer<Hit> to) {
    if (!Character.isUpperCase(text.charAt(kind.start()))) {
      return;
    }
    String word = kind.group();
    boolean weak =
        Set.of(
                "memorial",
                "general",
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
                "medical school")
            .contains(word);
    int start = kind.start();
    int named = 0;
    int sure = 0;
    int at = start;
    for (int words = 0; words < MOST_WORDS; words++) {
      int end = at;
      while (end > 0 && at - end < 2 && text.charAt(end - 1) == ' ') {
        end--;
      }
      boolean stop = end > 0 && text.charAt(end - 1) == '.';
      int from = stop ? end - 1 : end;
      while (from > 0 && end - from <= LONGEST && isPart(text.charAt(from - 1))) {
        from--;
      }
      String before = text.substring(from, stop ? end - 1 : end);
      if (end == at || before.isEmpty() || (stop && !before.matches("(?i)st|ste|mt|ft|dr|[a-z]"))) {
        break;
      }
      boolean capital = Character.isUpperCase(before.charAt(0));
      String lower = before.toLowerCase(Locale.ROOT);
      boolean isSure = SURE.contains(lower);
      if (!capital && !(INSIDE.contains(lower) && isCapitalBefore(text, from))) {
        break;
      }
      if (capital
          && !isSure
          && !lower.equals("st")
          && (COMMON.contains(lower) || NameWords.isOther(before))
          && !INSIDE.contains(lower)) {
        break;
      }
      if (INSIDE.contains(lower) && before.equals(before.toUpperCase(Locale.ROOT)) && words == 0) {
        break;
      }
      sure += capital && isSure ? 1 : 0;
      named += capital && !isSure && !INSIDE.contains(lower) ? 1 : 0;
      start = capital && !INSIDE.contains(lower) ? from : start;
      at = from;
    }
    boolean capitals = isCapitals(text.substring(kind.start(), kind.end()));
    boolean found = weak ? named > 0 && isPlace(text, start, word) : named > 0 || sure > 0;
    int end = kind.end();
    Matcher behind = BEHIND.matcher(text).region(end, text.length());
    if (behind.lookingAt()) {
      String first = behind.group("name").split(" ", 2)[0];
      boolean of = text.substring(end, behind.start("name")).isBlank();
      boolean name =
          !NameWords.isOther(first.replace(".", "")) && !first.endsWith(".")
              || first.startsWith("St.");
      boolean foreign =
          word.matches(
              "h\\u00f4pital|clinique|ospedale|klinikum|klinik|krankenhaus|ziekenhuis|cl\\u00ednica|clinica|policlinico|hospital|universit\\u00e4tsklinikum|kantonsspital|centro m\\u00e9dico|medical cent(?:er|re)");
      if (name && (found || (foreign && !capitals)) && (!of || (!weak && !capitals))) {
        found = true;
        end = behind.end("name");
      }
    }
    if (found) {
      to.accept(new Hit(Identifier.HOSPITAL, start, end));
    }
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
    int end = at;
    while (end > 0 && text.charAt(end - 1) == ' ') {
      end--;
    }
    int from = end;
    while (from > 0 && end - from <= LONGEST && isPart(text.charAt(from - 1))) {
      from--;
    }
    return from < end && Character.isUpperCase(text.charAt(from));
  }

  private static boolean isCapitals(String found) {
    return found.equals(found.toUpperCase(Locale.ROOT));
  }

  private static boolean isPart(char c) {
    return Character.isLetter(c) || c == '\'' || c == '\u2019' || c == '-' || c == '&';
  }
}
