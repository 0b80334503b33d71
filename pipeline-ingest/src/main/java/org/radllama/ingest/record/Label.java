package org.radllama.ingest.record;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.radllama.text.Whitespace;

/** Whether the corpus's own indexing calls a study normal. */
public enum Label {
  NORMAL,
  ABNORMAL,
  UNKNOWN;

  private static final String NOT_INDEXED = "no indexing";

  /** The name in the dataset. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads OpenI's MeSH majors or Problems: {@code normal} alone is normal, nothing or {@code No
   * Indexing} is unknown, all else is abnormal.
   */
  public static Label of(Collection<String> terms) {
    List<String> known =
        terms.stream()
            .map(term -> Whitespace.strip(term).toLowerCase(Locale.ROOT))
            .filter(term -> !term.isEmpty() && !term.equals(NOT_INDEXED))
            .toList();
    if (known.isEmpty()) {
      return UNKNOWN;
    }
    return known.stream().allMatch("normal"::equals) ? NORMAL : ABNORMAL;
  }
}
