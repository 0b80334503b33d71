package org.radllama.ingest.privacy;

import static org.radllama.ingest.privacy.Rule.BEGIN;
import static org.radllama.ingest.privacy.Rule.END;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names behind titles, labels and verbs, and before degrees. */
final class Persons {
  private static final Anchor TITLE =
      anchor(
          BEGIN
              + "(?<title>(?i:drs?|doctors?|prof|professor|dott|dottssa|dra)(?=[.\\s])|M(?:rs?|s|iss|me|lle)|M(?:RS?|S|ISS)|Herrn?|HERR|Frau|FRAU|Hr(?=\\.)|Sra?(?=\\.)|Srta|Se\\u00f1ora?|Sig(?=\\.)|Signora?|Dhr|Mevr|Rev(?=\\.)|Sgt|Capt"
              + "|(?i:baby (?:boy|girl)))(?:\\.ssa|\\.ra|\\.med)?+(?<stop>\\.?+)\\s{0,3}+(?:(?:med|h\\.c|jur|Dr|DR|Prof)\\.?\\s{1,2}){0,2}+");
  private static final Anchor LOWER =
      anchor(
          BEGIN
              + "(?:(?:with|by|to|per|from|and|of|notified|informed|told|called|paged) (?:drs?|mr|mrs|ms|prof)\\.?|drs?\\.) (?<hit>[a-z][a-z'-]{2,30}+)"
              + END);
  private static final Anchor ROLE =
      anchor(
          BEGIN
              + "(?i:(?:nurse|sister|radiologist|physician|surgeon|resident|fellow|attending|technologist|tech|sonographer|radiographer|registrar|consultant|intern|practitioner|physician assistant|hospitalist|wife|husband|son|daughter|mother|father|brother"
              + "|spouse|partner|named|caregiver|guardian|coordinator|secretary|operator|clerk|pharmacist|oncologist|cardiologist|pulmonologist|neurologist|urologist|pediatrician|paediatrician|midwife|referrer|colleague|staff|md|rn|np|pa|pt|patient|name is|name was),?)\\s{1,3}+(?=\\p{Lu})");
  private static final String PERSON =
      "(?:physician|doctor|dr|md|provider|clinician|practitioner|radiologist|surgeon|consultant|gp|specialist|resident|fellow|nurse|technologist|registrar|hospitalist|person|by|radiographer|sonographer|attending)";
  private static final Anchor LABEL =
      anchor(
          BEGIN
              + "(?<label>(?:(?:patient|pt|first|last|full|middle|given|family|legal|maiden|mother|father|physician|doctor|provider|contact|guarantor|subscriber)(?:'s)? ?name|name(?: of patient)?|surname|forename|name, first"
              + "|(?:referring|ordering|requesting|attending|admitting|reading|reporting|interpreting|dictating|signing|supervising|primary care|primary|family|responsible|consulting|performing|treating|staff|covering|on-?call|operating|resident|assistant|referred|requested|ordered|approved|verified) "
              + PERSON
              + "|radiologist|technologist|tech|sonographer|radiographer|mammographer|physicians?|providers?|doctor|dr|surgeons?|consultants?|registrar|fellow|residents?|attendings?|referrer|pcp|gp|clinician|cc|copies to|copy to|signed|signature|author|typist|transcriptionist|transcriber|nurse"
              + "|operator|assistant|reporter|interpreter|editor|reader|next of kin|nok|(?:emergency )?contact|guardian|guarantor|mother|father|spouse|wife|husband|parent|caregiver|attn|attention|witness|anesthesiologist|anaesthetist|proceduralist|re|regarding|nombre|paciente|patientin|patient|pt|pat|nom|pr\\u00e9nom|m\\u00e9decin|arzt|\\u00e4rztin|untersucher|befunder"
              + "|medico|m\\u00e9dico|paziente|cognome|nome|naam|radioloog|radiologe|radiologo|radi\\u00f3logo|arts|client|subject))\\s{0,2}(?:\\([^)]{1,20}\\))?\\s{0,2}(?<mark>:|=|\\s-\\s|\\bis\\b)\\s{0,3}");
  private static final Set<String> WEAK =
      Set.of(
          "patient",
          "pt",
          "pat",
          "resident",
          "residents",
          "attending",
          "attendings",
          "contact",
          "fellow",
          "nurse",
          "re",
          "regarding",
          "subject",
          "operator",
          "assistant",
          "attention",
          "tech",
          "physician",
          "physicians",
          "signature",
          "interpreter",
          "reader",
          "signed",
          "consultant",
          "consultants",
          "provider",
          "providers",
          "mother",
          "father",
          "wife",
          "husband",
          "spouse",
          "parent");
  private static final Anchor BY =
      anchor(
          BEGIN
              + "(?:(?:dictated|signed|e-?signed|read|reported|interpreted|verified|approved|transcribed|typed|performed|requested|ordered|referred|reviewed|authenticated|finali[sz]ed|prepared|edited|authored|entered|supervised|seen|evaluated|examined|co-?signed|cosigned|acknowledged|received|taken|attested|created|written|released|validated|generated|scanned|imaged|called|notified|informed|assisted|overread|over-read|preliminary|wet read|attended|confirmed|obtained|done)(?: and [a-z]{3,14})?(?: (?:electronically|digitally))? by"
              + "|/s/|firmado por|informado por|sign\\u00e9 par|valid\\u00e9 par|assinado por|firmato da|refertato da|gevalideerd door|befundet von|signiert von|unterzeichnet von|gez\\.)\\s{0,2}[:,]?\\s{0,3}");
  private static final Anchor VERB =
      anchor(
          BEGIN
              + "(?i:(?:discussed|discussion|reviewed|communicated|spoke|spoken|conferred|conveyed|relayed|reported|shared|d/w|conversation|consultation|talked|correlated|given|telephoned|phoned|faxed|emailed|e-mailed|sent|transmitted|called|text(?:ed)?)(?: (?:in person|directly|verbally|by (?:telephone|phone)|results|findings|over the (?:tele)?phone|via (?:tele)?phone))?(?: (?:with|to|by))?|notified|informed|told|called|paged|contacted|telephoned|per|via|attn:?|c/o|to|from|by|with|and|signed:?|sincerely,?|regards,?|thanks?,|dictated:?|between)\\s{1,2}+(?=\\p{Lu})");
  private static final Pattern SURE_VERB =
      Pattern.compile(
          "(?i)(?:discuss|spoke|spoken|confer|convey|relay|d/w|notif|inform|told|paged|contacted|telephoned|phoned|talked|signed|sincerely|regards|attn)");
  private static final Anchor DEGREE =
      anchor(
          BEGIN
              + "(?:M\\.\\s?D\\.?|MD|D\\.O\\.?|DO(?=\\s{0,2}(?:[.,;)]|$|\\n|at |on |in ))|R\\.N\\.?|RN|N\\.P\\.?|NP(?:-C)?|P\\.?A\\.?-C\\.?|P\\.A\\.|Ph\\.\\s?D\\.?|PhD|MBBS|MBChB|MBBCh|MB BS|FRCR|FRCPC?|FACR|FRANZCR|CRNP|APRN|ARNP|LPN|LVN|DPM|DDS|DMD|BSN|MSN|CNM|CRNA|RT ?\\(R\\)|R\\.T\\.|RT(?=\\s{0,2}(?:[.,;)]|$))|RPA|RRA|PharmD|FRCS|MRCP|DABR|FACC|MPH|M\\.B\\.)(?![\\p{L}\\p{N}-])");
  private static final Anchor CAPITAL = anchor(BEGIN + "\\p{Lu}[\\p{L}'\\u2019-]{1,30}+");
  private static final Pattern DOCTOR_OR_NURSE =
      Pattern.compile("M\\.?\\s?D\\.?|R\\.?N\\.?|D\\.O\\.?");
  private static final Set<String> WEAK_ROLES =
      Set.of(
          "patient",
          "pt",
          "staff",
          "md",
          "rn",
          "np",
          "pa",
          "fellow",
          "tech",
          "attending",
          "resident",
          "son",
          "partner");
  private static final Pattern EPONYM_NOUN =
      Pattern.compile(
          "\\s{0,2}(?:(?i:technique|method|signs?|criteria|classification|views?|scores?|procedure|tubes?|catheters?|lines?|valves?|nodes?|syndrome|disease|fractures?|hernias?|rods?|drains?|clips?|filters?|index|formula|grade|scale|position|projection|series|shunts?|stents?|ports?|society|guidelines?|protocol|angles?|rings?|loops?|lobes?|ganglion|space|pouch|fossa|duct|foramen|artery"
              + "|ligament|nodules?|lesions?|deformity|nails?|plates?|pins?|prosthes[ie]s|maneuver|units?|tests?|types?|stage|system|software|effusions?|opacit(?:y|ies)|pacemaker|monitor|measurements?|radiology|hospital|medical|clinic|health|department|team|service|consult|report|recommendations|size|level|recommendation|category))(?![\\p{L}])");

  private Persons() {}

  private static Anchor anchor(String regex) {
    return new Anchor(Pattern.compile(regex));
  }

  static void find(Scanned scanned, Consumer<Hit> to) {
    String text = scanned.text();
    int[] words = scanned.words();
    NameReader reader = new NameReader(text);
    TITLE.find(text, words, match -> titled(text, match, reader, to));
    LOWER.find(text, words, match -> lower(match, to));
    ROLE.find(text, words, match -> role(text, match, reader, to));
    LABEL.find(scanned.lower(), words, match -> labelled(text, match, reader, to));
    BY.find(scanned.lower(), words, match -> by(text, match, reader, to));
    VERB.find(text, words, match -> told(text, match, reader, to));
    DEGREE.find(text, words, match -> degree(text, match, reader, to));
    CAPITAL.find(text, words, match -> first(text, match, reader, to));
  }

  private static void lower(Matcher match, Consumer<Hit> to) {
    if (!NameWords.isOther(match.group("hit"))) {
      to.accept(new Hit(Identifier.NAME, match.start("hit"), match.end("hit")));
    }
  }

  private static void titled(String text, Matcher match, NameReader reader, Consumer<Hit> to) {
    String title = match.group("title");
    boolean stop = !match.group("stop").isEmpty();
    if (match.end() == match.end("stop") && !stop) {
      return;
    }
    boolean capitals = title.equals(title.toUpperCase(Locale.ROOT));
    boolean lower = title.equals(title.toLowerCase(Locale.ROOT)) && !stop;
    NameReader.Trust trust =
        capitals || lower || title.contains(" ") ? NameReader.Trust.LABEL : NameReader.Trust.TITLE;
    Optional<NameReader.Name> name = reader.after(match.end(), trust);
    if (capitals && !stop && name.isPresent() && !isCapitals(text, name.get())) {
      // DR Chest, MR Brain: methods of imaging.
      return;
    }
    boolean plural = title.equalsIgnoreCase("drs") || title.equalsIgnoreCase("doctors");
    while (name.isPresent()) {
      add(name.get(), to);
      Matcher and = AND.matcher(text).region(name.get().end(), text.length());
      name =
          plural && and.lookingAt()
              ? reader.after(and.end(), NameReader.Trust.TITLE)
              : Optional.empty();
    }
    if (stop && !capitals) {
      initial(text, match.end(), to);
    }
  }

  private static final Pattern AND =
      Pattern.compile("\\s{0,2}(?:,? and |,? & |, |/|,? und |,? y |,? et )(?=\\p{Lu})");
  private static final Pattern INITIALS =
      Pattern.compile("\\p{Lu}\\.(?: ?\\p{Lu}\\.){0,2}(?!\\s?\\p{Lu}[\\p{L}])");

  private static void initial(String text, int at, Consumer<Hit> to) {
    Matcher match = INITIALS.matcher(text).region(at, text.length());
    if (match.lookingAt()) {
      to.accept(new Hit(Identifier.NAME, match.start(), match.end()));
    }
  }

  private static void role(String text, Matcher match, NameReader reader, Consumer<Hit> to) {
    String role = text.substring(match.start(), match.end()).strip().toLowerCase(Locale.ROOT);
    boolean weak = role.endsWith(",") || WEAK_ROLES.contains(role);
    reader
        .after(match.end(), NameReader.Trust.SENTENCE)
        .filter(name -> name.known() || !isCapitals(text, name))
        .filter(name -> !weak || name.known() || isLong(name))
        .filter(name -> !isEponym(text, name))
        .ifPresent(name -> add(name, to));
  }

  private static void labelled(String text, Matcher match, NameReader reader, Consumer<Hit> to) {
    boolean weak = WEAK.contains(match.group("label")) || !match.group("mark").equals(":");
    reader
        .after(match.end(), NameReader.Trust.LABEL)
        .filter(
            name ->
                !weak
                    || name.known()
                    || (isLong(name) && !isEponym(text, name))
                    || isAlone(text, name))
        .filter(name -> !isAbbreviation(text, name))
        .ifPresent(name -> add(name, to));
  }

  private static void by(String text, Matcher match, NameReader reader, Consumer<Hit> to) {
    reader
        .after(match.end(), NameReader.Trust.LABEL)
        .filter(name -> !isEponym(text, name) && !isAbbreviation(text, name))
        .filter(
            name ->
                name.known()
                    || isLong(name)
                    || !NameWords.isEponym(text.substring(name.start(), name.end())))
        .ifPresent(name -> add(name, to));
  }

  private static void told(String text, Matcher match, NameReader reader, Consumer<Hit> to) {
    boolean sure = SURE_VERB.matcher(match.group()).lookingAt();
    reader
        .after(match.end(), NameReader.Trust.SENTENCE)
        .filter(name -> isTold(text, name, sure) && !isEponym(text, name))
        .ifPresent(name -> add(name, to));
  }

  /**
   * Whether a name without title is one.
   *
   * @param sure whether only persons are spoken of so
   */
  private static boolean isTold(String text, NameReader.Name name, boolean sure) {
    boolean mixed = !isCapitals(text, name);
    if (name.known()) {
      return sure || isLong(name);
    }
    if (!sure) {
      return mixed && name.initials() > 0;
    }
    return name.initials() > 0
        || (mixed && name.words() > 1)
        || (mixed && TIME.matcher(text).region(name.end(), text.length()).lookingAt());
  }

  private static boolean isLong(NameReader.Name name) {
    return name.words() + name.initials() > 1;
  }

  private static final Pattern TIME =
      Pattern.compile("\\s?(?:at|@|on|from|in|of|by|\\.|;|,|$)\\s?(?:\\d|the |phone|telephone|$)?");

  private static void degree(String text, Matcher match, NameReader reader, Consumer<Hit> to) {
    int at = backOverBlanks(text, match.start());
    boolean comma = at > 0 && (text.charAt(at - 1) == ',' || text.charAt(at - 1) == '(');
    int end = comma ? backOverBlanks(text, at - 1) : at;
    if (end == match.start()) {
      return;
    }
    boolean sure = comma || DOCTOR_OR_NURSE.matcher(match.group()).matches();
    reader
        .before(end)
        .filter(name -> sure || isLong(name))
        .filter(name -> comma || !isAbbreviation(text, name))
        .ifPresent(name -> add(name, to));
  }

  private static int backOverBlanks(String text, int from) {
    int at = from;
    while (at > 0 && from - at < 2 && Character.isWhitespace(text.charAt(at - 1))) {
      at--;
    }
    return at;
  }

  private static void first(String text, Matcher match, NameReader reader, Consumer<Hit> to) {
    if (NameWords.isFirst(match.group())) {
      reader
          .after(match.start(), NameReader.Trust.SENTENCE)
          .filter(name -> name.words() > 1 && !isEponym(text, name))
          .ifPresent(name -> add(name, to));
    }
  }

  private static boolean isCapitals(String text, NameReader.Name name) {
    String found = text.substring(name.start(), name.end());
    return found.equals(found.toUpperCase(Locale.ROOT));
  }

  /** Whether it is all there is: a mark or the end of the line follows. */
  private static boolean isAlone(String text, NameReader.Name name) {
    String found = text.substring(name.start(), name.end());
    boolean adjective =
        found.toLowerCase(Locale.ROOT).matches(".*(?:ed|ing|able|ible|ly|al|ic|ous|ive)");
    int end = name.end();
    return !adjective
        && (end == text.length()
            || ".;,)\n".indexOf(text.charAt(end)) >= 0
            || text.startsWith("  ", end));
  }

  /** Whether it is one short word in capitals, such as ED or CT. */
  private static boolean isAbbreviation(String text, NameReader.Name name) {
    return name.words() == 1
        && name.initials() == 0
        && name.end() - name.start() <= 3
        && isCapitals(text, name)
        && !name.known();
  }

  private static boolean isEponym(String text, NameReader.Name name) {
    return EPONYM_NOUN.matcher(text).region(name.end(), text.length()).lookingAt();
  }

  private static void add(NameReader.Name name, Consumer<Hit> to) {
    to.accept(new Hit(Identifier.NAME, name.start(), name.end()));
  }
}
