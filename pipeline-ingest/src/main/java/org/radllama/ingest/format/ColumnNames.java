package org.radllama.ingest.format;

import static org.radllama.text.Format.format;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Names of columns as a message may show them. A file without a header has report text where the
 * names should be.
 */
final class ColumnNames {
  private static final int MOST = 60;
  private static final int LONGEST = 40;
  private static final int MOST_WORDS = 4;
  private static final Pattern LETTER = Pattern.compile("\\p{L}");

  /** A period behind more than an abbreviation such as "No." */
  private static final Pattern SENTENCE = Pattern.compile("\\p{L}{4}\\.$");

  /** Marks of text and its markup that no name in a first line has. */
  private static final Pattern MARK = Pattern.compile("[\\\\\"<>{}]");

  private static final Pattern NUMBER = Pattern.compile("[0-9]{4}");

  /** Words of which the names of tables of reports are made, in the languages of the sections. */
  private static final Set<String> KNOWN =
      Set.of(
          ("id ids uid uuid guid key index row rows record records document documents doc report reports text texts note notes"
                  + " findings finding impression impressions conclusion conclusions summary opinion diagnosis result results"
                  + " patient patients subject study studies series accession number no nr num order visit encounter admission"
                  + " date time datetime timestamp year month day name label labels split fold set source type kind class category"
                  + " code group section sections mrn exam examination procedure modality history indication indications reason"
                  + " request question background comparison technique clinical information info sex gender age birth dob race"
                  + " file filename path folder image images view views dicom deid hash hashed hospital site institution department"
                  + " ward unit column prediction reference system score scores value comment comments remark remarks addendum"
                  + " status version title description content body raw full clean cleaned original final language lang country"
                  + " input output instruction prompt target radiology radiologist physician author chest xray ct mr mri us"
                  + " befund befunde befundtext beurteilung bericht berichte patienten nummer datum alter geschlecht anamnese"
                  + " fragestellung technik untersuchung freitext klinik hallazgos impresion informe informes paciente pacientes"
                  + " fecha edad sexo estudio texto resultados resultats resultat compte rendu examen texte sexe"
                  + " conclusione referto referti paziente testo esame sesso eta laudo laudos achados impressao exame idade"
                  + " verslag conclusie tekst onderzoek leeftijd geslacht bevindingen")
              .split(" "));

  private static final Pattern BETWEEN = Pattern.compile("[^\\p{L}]+|(?<=\\p{Ll})(?=\\p{Lu})");

  private ColumnNames() {}

  /** What a message says behind what is missing. */
  static String seen(List<String> names) {
    if (!names.stream().allMatch(ColumnNames::isName)) {
      return format("; of its %d columns some have no name (is there a header?)", names.size());
    }
    String shown =
        String.join(", ", names.stream().filter(name -> !name.isEmpty()).limit(MOST).toList());
    return "; its columns are " + shown + (names.size() > MOST ? ", ..." : "");
  }

  /**
   * The same of a first line, which may be a row of a table without a header: names are shown if
   * they are made of known words alone, others counted.
   */
  static String seenFirst(List<String> names) {
    List<String> shown =
        names.stream()
            .filter(name -> isKnown(name) && isName(name) && !MARK.matcher(name).find())
            .toList();
    if (shown.size() == names.size()) {
      return seen(names);
    }
    return shown.isEmpty()
        ? format("; of its %d columns none has a usual name (is there a header?)", names.size())
        : format(
            "; its columns are %s and %d with unusual names, not shown (is there a header?)",
            String.join(", ", shown.subList(0, Math.min(MOST, shown.size()))),
            names.size() - shown.size());
  }

  private static boolean isKnown(String name) {
    String letters = name.replace("\ufeff", "").strip();
    return LETTER.matcher(letters).find()
        && BETWEEN
            .splitAsStream(letters)
            .filter(word -> !word.isEmpty())
            .allMatch(word -> KNOWN.contains(word.toLowerCase(Locale.ROOT)));
  }

  private static boolean isName(String name) {
    return name.isEmpty()
        || (name.length() <= LONGEST
            && name.split("\\s+").length <= MOST_WORDS
            && !SENTENCE.matcher(name).find()
            && name.chars().noneMatch(Character::isISOControl)
            && LETTER.matcher(name).find()
            && !NUMBER.matcher(name).find());
  }
}
