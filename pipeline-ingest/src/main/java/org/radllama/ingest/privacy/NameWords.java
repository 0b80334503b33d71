package org.radllama.ingest.privacy;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.radllama.text.Resources;

/** Words that names are told from others by. */
final class NameWords {
  private static final Map<String, Set<String>> LISTS = new HashMap<>();

  static {
    read("no-names.txt");
    read("first-names.txt");
  }

  private NameWords() {}

  private static void read(String file) {
    Set<String> list = new HashSet<>();
    for (String line : Resources.text(NameWords.class, file).lines().toList()) {
      if (line.startsWith("# ")) {
        list = LISTS.computeIfAbsent(line.substring(2).split(":", 2)[0], name -> new HashSet<>());
      } else {
        list.addAll(Arrays.asList(line.split(" ")));
      }
    }
  }

  /** Whether it is a word of the language that no title makes a name. */
  static boolean isClosed(String word) {
    return isIn("closed", word);
  }

  /** Whether reports use it for something else than names. */
  static boolean isOther(String word) {
    int hyphen = word.indexOf('-');
    return isClosed(word)
        || isIn("other", word)
        || (hyphen > 0 && isIn("other", word.substring(0, hyphen)));
  }

  /** Whether a sign, line, device or classification has its name. */
  static boolean isEponym(String word) {
    return isIn("eponyms", word);
  }

  /** Whether it is a first name and nothing else. */
  static boolean isFirst(String word) {
    return isIn("first", word);
  }

  private static boolean isIn(String list, String word) {
    String lower = word.toLowerCase(Locale.ROOT).replace('\u2019', '\'');
    String bare = lower.endsWith("'s") ? lower.substring(0, lower.length() - 2) : lower;
    return LISTS.get(list).contains(lower) || LISTS.get(list).contains(bare);
  }
}
