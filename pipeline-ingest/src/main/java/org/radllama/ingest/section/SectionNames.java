package org.radllama.ingest.section;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.radllama.run.Json;
import org.radllama.text.Whitespace;

/**
 * The official parser's names: its table of 58, its five substrings, its 18 view phrases.
 * "ndication" is the original's own slip, kept.
 */
final class SectionNames {
  static final String PREAMBLE = "preamble";
  static final String FULL_REPORT = "full report";
  static final String IMPRESSION = "impression";
  static final String FINDINGS = "findings";
  static final String LAST_PARAGRAPH = "last_paragraph";
  static final String OTHER = "other";

  private static final Known KNOWN =
      Json.shipped(SectionNames.class, "section-names.json", Known.class);
  private static final Map<String, String> TABLE = table();

  private SectionNames() {}

  /**
   * What is known of headers.
   *
   * @param names the headers that have each name
   * @param main names that other headers hold, in the order in which they are looked for
   * @param views phrases of headers that stand above findings
   */
  private record Known(Map<String, List<String>> names, List<String> main, List<String> views) {}

  /** The normalised name of a header. */
  static String normalize(String header) {
    String name = Whitespace.strip(header.toLowerCase(Locale.ROOT));
    String known = TABLE.get(name);
    if (known != null) {
      return known;
    }
    for (String main : KNOWN.main()) {
      if (name.contains(main)) {
        return main;
      }
    }
    return KNOWN.views().stream().anyMatch(name::contains) ? FINDINGS : name;
  }

  static int tableSize() {
    return TABLE.size();
  }

  private static Map<String, String> table() {
    Map<String, String> table = new HashMap<>();
    KNOWN.names().forEach((name, headers) -> headers.forEach(header -> table.put(header, name)));
    return Map.copyOf(table);
  }
}
