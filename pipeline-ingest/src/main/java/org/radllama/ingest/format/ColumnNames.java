package org.radllama.ingest.format;

import static org.radllama.text.Format.format;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Names of columns as a message may show them. A file without a header has report text where the
 * names should be, so that all are shown or, when one of them is hardly a name, none.
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
          ("id ids uid key index report reports text note notes findings finding impression impressions conclusion summary"
                  + " patient subject study series accession number no nr date time name label labels split source type section"
                  + " sections mrn exam modality history indication comparison technique clinical sex gender age birth file filename"
                  + " path image images deid hash hospital column prediction reference system befund beurteilung bericht patienten"
                  + " nummer hallazgos impresion informe paciente resultats conclusions compte rendu referto paziente laudo"
                  + " achados impressao verslag conclusie")
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
   * The same of a first line, which may be a row of a table without a header: its cells are shown
   * where one at least is a name made of known words alone.
   */
  static String seenFirst(List<String> names) {
    boolean isHeader =
        names.stream().anyMatch(ColumnNames::isKnown)
            && names.stream().noneMatch(name -> MARK.matcher(name).find());
    return isHeader
        ? seen(names)
        : format("; of its %d columns none has a usual name (is there a header?)", names.size());
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
