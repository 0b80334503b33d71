package org.radllama.ingest.format;

import static org.radllama.text.Format.format;

import java.util.List;
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

  private static final Pattern NUMBER = Pattern.compile("[0-9]{4}");

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
