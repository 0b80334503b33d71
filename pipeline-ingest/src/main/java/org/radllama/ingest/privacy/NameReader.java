package org.radllama.ingest.privacy;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Reads the words of a name from a text. */
final class NameReader {
  private static final int MOST_WORDS = 5;
  private static final int MOST_BLANKS = 3;
  private static final int LONGEST = 40;
  private static final Set<String> PARTICLES =
      Set.of(
          "de", "la", "las", "los", "del", "della", "di", "da", "do", "dos", "das", "du", "des",
          "le", "van", "von", "der", "den", "ter", "ten", "te", "zu", "zur", "bin", "ibn", "al",
          "el", "y", "e", "st", "mac", "mc");
  private static final Set<String> SUFFIXES = Set.of("jr", "sr", "ii", "iii", "iv");

  private final String text;

  NameReader(String text) {
    this.text = text;
  }

  /** How much what stands before or behind a word says that it is a name. */
  enum Trust {
    /** A title: all but the words of the language are names. */
    TITLE,
    /** A label or degree: no word that reports use otherwise. */
    LABEL,
    /** A sentence: no eponym either. */
    SENTENCE
  }

  /**
   * A name.
   *
   * @param start its first character
   * @param end behind its last
   * @param words that are no initials
   * @param initials alone
   * @param known whether a word of it is a common first name
   */
  record Name(int start, int end, int words, int initials, boolean known) {}

  /** The name that begins at or shortly behind an index. */
  Optional<Name> after(int from, Trust trust) {
    int at = blanks(from);
    int start = at;
    int end = -1;
    int words = 0;
    int initials = 0;
    boolean known = false;
    while (words + initials < MOST_WORDS && at < text.length()) {
      int to = word(at);
      String word = text.substring(at, to);
      if (to == at || to - at > LONGEST) {
        break;
      }
      if (isParticle(word) && leadsToName(to)) {
        at = blanks(to);
        continue;
      }
      boolean initial = to - at == 1 && Character.isUpperCase(text.charAt(at));
      boolean suffix = words > 0 && SUFFIXES.contains(word.toLowerCase(Locale.ROOT));
      if (!suffix && (!isCapital(at) || (!initial && !isName(word, words == 0, known, trust)))) {
        break;
      }
      if (initial && !isInitial(to)) {
        break;
      }
      known |= NameWords.isFirst(word);
      words += initial || suffix ? 0 : 1;
      initials += initial ? 1 : 0;
      end = to;
      boolean stop = to < text.length() && text.charAt(to) == '.';
      if (stop && (initial || suffix)) {
        end = to + 1;
      }
      at = blanks(end);
      boolean comma = at < text.length() && text.charAt(at) == ',' && words == 1 && initials == 0;
      if (comma && trust != Trust.TITLE && isGiven(blanks(at + 1), trust)) {
        at = blanks(at + 1);
      } else if (at == end && !initial) {
        break;
      }
    }
    return words == 0 || end < 0
        ? Optional.empty()
        : Optional.of(new Name(start, end, words, initials, known));
  }

  /** Whether a surname's comma is followed by a given name. */
  private boolean isGiven(int at, Trust trust) {
    int to = at < text.length() ? word(at) : at;
    String word = text.substring(Math.min(at, text.length()), to);
    return to > at + 1
        && isCapital(at)
        && (NameWords.isFirst(word) || isName(word, false, false, trust))
        && !NameWords.isEponym(word);
  }

  private boolean isName(String word, boolean first, boolean known, Trust trust) {
    if (NameWords.isClosed(word)) {
      return false;
    }
    boolean capitals = word.equals(word.toUpperCase(Locale.ROOT));
    boolean sure = (trust == Trust.TITLE && first && !capitals) || (known && !first && !capitals);
    return sure
        || (!NameWords.isOther(word) && (trust != Trust.SENTENCE || !NameWords.isEponym(word)));
  }

  /** Whether a capital follows a particle, or another particle and a capital. */
  private boolean leadsToName(int to) {
    int at = blanks(to);
    int behind = isParticle(text.substring(at, word(at))) ? blanks(word(at)) : at;
    return isCapital(behind) && !NameWords.isClosed(text.substring(behind, word(behind)));
  }

  private static boolean isParticle(String word) {
    return PARTICLES.contains(word)
        || (word.length() > 1
            && PARTICLES.contains(word.toLowerCase(Locale.ROOT))
            && word.length() < 4
            && !word.equals(word.toUpperCase(Locale.ROOT)));
  }

  /** Whether a single capital may stand for a name: a full stop or another word follows. */
  private boolean isInitial(int to) {
    return to < text.length()
        && (text.charAt(to) == '.' || (text.charAt(to) == ' ' && isCapital(to + 1)));
  }

  private boolean isCapital(int at) {
    return at < text.length() && Character.isUpperCase(text.charAt(at));
  }

  /** Behind the letters, apostrophes and hyphens from an index. */
  int word(int from) {
    int at = from;
    while (at < text.length() && at - from <= LONGEST + 1 && isPart(at)) {
      at++;
    }
    while (at > from && !Character.isLetter(text.charAt(at - 1))) {
      at--;
    }
    return at;
  }

  private boolean isPart(int at) {
    char c = text.charAt(at);
    return Character.isLetter(c)
        || Character.getType(c) == Character.NON_SPACING_MARK
        || c == '\''
        || c == '\u2019'
        || c == '-';
  }

  /** Behind a few blanks. */
  int blanks(int from) {
    int at = from;
    while (at < text.length() && at - from < MOST_BLANKS && isBlank(text.charAt(at))) {
      at++;
    }
    return at;
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t' || c == '\u00a0' || c == '\n';
  }

  /** The name that ends at an index, where a comma or blank stands before a degree. */
  Optional<Name> before(int to) {
    int end = to;
    int at = to;
    int start = -1;
    int words = 0;
    int initials = 0;
    boolean known = false;
    boolean crossed = false;
    while (words + initials < MOST_WORDS) {
      int from = at;
      boolean stop = from > 0 && text.charAt(from - 1) == '.';
      from -= stop ? 1 : 0;
      int last = from;
      while (from > 0 && last - from <= LONGEST && isPart(from - 1)) {
        from--;
      }
      String word = text.substring(from, last);
      boolean initial = word.length() == 1 && isCapital(from);
      boolean suffix = SUFFIXES.contains(word.toLowerCase(Locale.ROOT));
      boolean particle = words > 0 && PARTICLES.contains(word);
      if (word.isEmpty()
          || last - from > LONGEST
          || (stop && !initial && !suffix)
          || (!particle
              && !suffix
              && (!isCapital(from)
                  || (!initial
                      && !isName(word, false, NameWords.isFirst(previous(from)), Trust.LABEL))))) {
        break;
      }
      known |= NameWords.isFirst(word);
      words += initial || particle || suffix ? 0 : 1;
      initials += initial ? 1 : 0;
      start = particle ? start : from;
      at = from;
      int blank = at;
      while (blank > 0 && at - blank < MOST_BLANKS && isBlank(text.charAt(blank - 1))) {
        blank--;
      }
      if (!crossed && blank > 0 && text.charAt(blank - 1) == ',' && words >= 1 && blank < at) {
        crossed = true;
        blank--;
      } else if (blank == at && !(blank > 0 && text.charAt(blank - 1) == '.')) {
        break;
      }
      at = blank;
    }
    return words == 0 || start < 0
        ? Optional.empty()
        : Optional.of(new Name(start, end, words, initials, known));
  }

  private String previous(int at) {
    int to = at;
    while (to > 0 && at - to < MOST_BLANKS && isBlank(text.charAt(to - 1))) {
      to--;
    }
    int from = to;
    while (from > 0 && to - from <= LONGEST && isPart(from - 1)) {
      from--;
    }
    return text.substring(from, to);
  }
}
