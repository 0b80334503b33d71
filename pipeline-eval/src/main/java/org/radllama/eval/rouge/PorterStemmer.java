package org.radllama.eval.rouge;

import java.util.HashMap;
import java.util.Map;

/**
 * Porter's stemmer as nltk's {@code PorterStemmer()} has it, in its default mode NLTK_EXTENSIONS.
 *
 * <p>Source: Porter, "An algorithm for suffix stripping", Program 14(3), 1980, and the extensions
 * that nltk 3.8 documents: a table of irregular words, -ies and -ied after one letter, y to i only
 * after a consonant, the condition *o for two letters, -alli before the other rules of step 2,
 * -fulli, and -logi measured with its l. The steps are named as in the paper.
 *
 * <p>Words are in lower case. Every character that is neither a, e, i, o, u nor y is a consonant,
 * digits too.
 */
public final class PorterStemmer {
  private static final Map<String, String> IRREGULAR = irregular();

  /** In the order tried: the first suffix that fits decides, even if its condition fails. */
  private static final Rules STEP_2 =
      Rules.of(
          "ational ate, tional tion, enci ence, anci ance, izer ize, bli ble, alli al, entli ent,"
              + " eli e, ousli ous, ization ize, ation ate, ator ate, alism al, iveness ive,"
              + " fulness ful, ousness ous, aliti al, iviti ive, biliti ble, fulli ful, logi log");

  private static final Rules STEP_3 =
      Rules.of("icate ic, ative , alize al, iciti ic, ical ic, ful , ness ");

  private static final Rules STEP_4 =
      Rules.of(
          "al , ance , ence , er , ic , able , ible , ant , ement , ment , ent , ion , ou , ism ,"
              + " ate , iti , ous , ive , ize ");

  private PorterStemmer() {}

  /** The stem of a word in lower case. */
  public static String stem(String word) {
    char[] letters = word.toCharArray();
    return new String(letters, 0, stem(letters, letters.length));
  }

  /**
   * Stems in place; no stem is longer than its word.
   *
   * @param w holds the word in its first {@code n} characters, and the stem afterwards
   * @return the stem's length
   */
  static int stem(char[] w, int n) {
    if (n <= 2) {
      return n;
    }
    if (n <= 8) {
      String other = IRREGULAR.get(new String(w, 0, n));
      if (other != null) {
        other.getChars(0, other.length(), w, 0);
        return other.length();
      }
    }
    int length = step1c(w, step1b(w, step1a(w, n)));
    length = step3(w, step2(w, length));
    return step5b(w, step5a(w, step4(w, length)));
  }

  private static Map<String, String> irregular() {
    Map<String, String> words = new HashMap<>();
    String table =
        "sky=sky skies=sky dying=die lying=lie tying=tie news=news inning=inning innings=inning"
            + " outing=outing outings=outing canning=canning cannings=canning howe=howe"
            + " proceed=proceed exceed=exceed succeed=succeed";
    for (String pair : table.split(" ")) {
      int at = pair.indexOf('=');
      words.put(pair.substring(0, at), pair.substring(at + 1));
    }
    return Map.copyOf(words);
  }

  /** Plurals: -sses, -ies, -ss, -s. */
  private static int step1a(char[] w, int n) {
    if (ends(w, n, "sses")) {
      return n - 2;
    }
    if (ends(w, n, "ies")) {
      return n == 4 ? 3 : n - 2;
    }
    return ends(w, n, "ss") || !ends(w, n, "s") ? n : n - 1;
  }

  /** Past forms: -ied, -eed, -ed, -ing. */
  private static int step1b(char[] w, int n) {
    if (ends(w, n, "ied")) {
      return n == 4 ? 3 : n - 2;
    }
    if (ends(w, n, "eed")) {
      return measure(w, n - 3) > 0 ? n - 1 : n;
    }
    if (ends(w, n, "ed") && containsVowel(w, n - 2)) {
      return mend(w, n - 2);
    }
    if (ends(w, n, "ing") && containsVowel(w, n - 3)) {
      return mend(w, n - 3);
    }
    return n;
  }

  /** What step 1b does after it has removed -ed or -ing. */
  private static int mend(char[] w, int n) {
    if (ends(w, n, "at") || ends(w, n, "bl") || ends(w, n, "iz")) {
      return append(w, n, 'e');
    }
    if (endsDoubleConsonant(w, n)) {
      char last = w[n - 1];
      return last == 'l' || last == 's' || last == 'z' ? n : n - 1;
    }
    return measure(w, n) == 1 && endsShort(w, n) ? append(w, n, 'e') : n;
  }

  /** -y to -i after a consonant that is not the first letter. */
  private static int step1c(char[] w, int n) {
    if (n > 2 && w[n - 1] == 'y' && !vowelAt(w, n - 2)) {
      w[n - 1] = 'i';
    }
    return n;
  }

  private static int step2(char[] w, int n) {
    int length = n;
    if (ends(w, length, "alli") && measure(w, length - 4) > 0) {
      length -= 2;
    }
    return STEP_2.apply(w, length, 0);
  }

  private static int step3(char[] w, int n) {
    return STEP_3.apply(w, n, 0);
  }

  private static int step4(char[] w, int n) {
    return STEP_4.apply(w, n, 1);
  }

  private static int step5a(char[] w, int n) {
    if (!ends(w, n, "e")) {
      return n;
    }
    int measure = measure(w, n - 1);
    return measure > 1 || (measure == 1 && !endsShort(w, n - 1)) ? n - 1 : n;
  }

  private static int step5b(char[] w, int n) {
    return ends(w, n, "ll") && measure(w, n - 1) > 1 ? n - 1 : n;
  }

  /** m: how often a vowel is followed by a consonant in the first n letters. */
  private static int measure(char[] w, int n) {
    int measure = 0;
    boolean vowel = false;
    for (int i = 0; i < n; i++) {
      boolean next = isVowel(w[i], i, vowel);
      if (vowel && !next) {
        measure++;
      }
      vowel = next;
    }
    return measure;
  }

  private static boolean containsVowel(char[] w, int n) {
    boolean vowel = false;
    for (int i = 0; i < n && !vowel; i++) {
      vowel = isVowel(w[i], i, false);
    }
    return vowel;
  }

  /** Found from the front, since a run of y alternates. */
  private static boolean vowelAt(char[] w, int at) {
    boolean vowel = false;
    for (int i = 0; i <= at; i++) {
      vowel = isVowel(w[i], i, vowel);
    }
    return vowel;
  }

  private static boolean isVowel(char letter, int at, boolean vowelBefore) {
    return switch (letter) {
      case 'a', 'e', 'i', 'o', 'u' -> true;
      case 'y' -> at > 0 && !vowelBefore;
      default -> false;
    };
  }

  private static boolean endsDoubleConsonant(char[] w, int n) {
    return n >= 2 && w[n - 1] == w[n - 2] && !vowelAt(w, n - 1);
  }

  /** Condition *o: consonant, vowel, consonant but w, x, y; or the two letters vowel, consonant. */
  private static boolean endsShort(char[] w, int n) {
    if (n == 2) {
      return vowelAt(w, 0) && !vowelAt(w, 1);
    }
    return n > 2
        && !vowelAt(w, n - 3)
        && vowelAt(w, n - 2)
        && !vowelAt(w, n - 1)
        && w[n - 1] != 'w'
        && w[n - 1] != 'x'
        && w[n - 1] != 'y';
  }

  private static boolean ends(char[] w, int n, String suffix) {
    int from = n - suffix.length();
    if (from < 0) {
      return false;
    }
    for (int i = 0; i < suffix.length(); i++) {
      if (w[from + i] != suffix.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static int append(char[] w, int n, char letter) {
    w[n] = letter;
    return n + 1;
  }

  private record Rules(String[] suffixes, String[] replacements) {
    static Rules of(String table) {
      String[] pairs = table.split(", ");
      String[] suffixes = new String[pairs.length];
      String[] replacements = new String[pairs.length];
      for (int i = 0; i < pairs.length; i++) {
        int at = pairs[i].indexOf(' ');
        suffixes[i] = pairs[i].substring(0, at);
        replacements[i] = pairs[i].substring(at + 1);
      }
      return new Rules(suffixes, replacements);
    }

    /** Replaces the suffix if the measure of what stands before it is above {@code least}. */
    int apply(char[] w, int n, int least) {
      for (int i = 0; i < suffixes.length; i++) {
        if (ends(w, n, suffixes[i])) {
          int stem = n - suffixes[i].length();
          return fits(w, stem, suffixes[i], least) ? replace(i, w, stem) : n;
        }
      }
      return n;
    }

    private static boolean fits(char[] w, int stem, String suffix, int least) {
      return switch (suffix) {
        // The l counts as the stem's, so that geo- and theo- are long enough.
        case "logi" -> measure(w, stem + 1) > least;
        case "ion" -> measure(w, stem) > least && (w[stem - 1] == 's' || w[stem - 1] == 't');
        default -> measure(w, stem) > least;
      };
    }

    private int replace(int rule, char[] w, int stem) {
      String replacement = replacements[rule];
      replacement.getChars(0, replacement.length(), w, stem);
      return stem + replacement.length();
    }
  }
}
