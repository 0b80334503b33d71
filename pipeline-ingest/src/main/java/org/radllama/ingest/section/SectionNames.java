package org.radllama.ingest.section;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.radllama.text.Whitespace;

/** The official parser's names: its table of 58, its five substrings, its 18 view phrases. */
final class SectionNames {
  static final String PREAMBLE = "preamble";
  static final String FULL_REPORT = "full report";
  static final String IMPRESSION = "impression";
  static final String FINDINGS = "findings";
  static final String LAST_PARAGRAPH = "last_paragraph";
  static final String COMPARISON = "comparison";

  private static final String HISTORY = "history";
  private static final String INDICATION = "indication";
  private static final List<String> MAIN =
      List.of(IMPRESSION, FINDINGS, HISTORY, COMPARISON, "addendum");
  private static final List<String> VIEWS =
      List.of(
          "chest",
          "portable",
          "pa and lateral",
          "lateral and pa",
          "ap and lateral",
          "lateral and ap",
          "frontal and",
          "two views",
          "frontal view",
          "pa view",
          "ap view",
          "one view",
          "lateral view",
          "bone window",
          "frontal upright",
          "frontal semi-upright",
          "ribs",
          "pa and lat");
  private static final Map<String, String> TABLE = table();

  private SectionNames() {}

  /** The normalised name of a header. */
  static String normalize(String header) {
    String name = Whitespace.strip(header.toLowerCase(Locale.ROOT));
    String known = TABLE.get(name);
    if (known != null) {
      return known;
    }
    for (String main : MAIN) {
      if (name.contains(main)) {
        return main;
      }
    }
    return VIEWS.stream().anyMatch(name::contains) ? FINDINGS : name;
  }

  static int tableSize() {
    return TABLE.size();
  }

  private static Map<String, String> table() {
    Map<String, String> table = new HashMap<>();
    for (String same :
        List.of(
            PREAMBLE,
            IMPRESSION,
            COMPARISON,
            INDICATION,
            FINDINGS,
            "examination",
            "technique",
            HISTORY,
            "notification",
            "addendum",
            "date",
            "comment",
            "wet read")) {
      table.put(same, same);
    }
    map(
        table,
        COMPARISON,
        "comparisons|reference exam|comparison exam|comparison film|comparision|"
            + "comparsion|comparrison|comparisions");
    map(table, HISTORY, "clinical history|clinical information|patient history|pfi");
    map(table, INDICATION, "reason for examination|reason for exam|clinical indication|idication");
    map(table, "examination", "exam|type of examination");
    map(table, "recommendations", "recommendation(s)|recommendations|recommendation");
    map(table, "wet read", "wetread");
    misspelled(table);
    return Map.copyOf(table);
  }

  /** "ndication" is the original's own slip, kept. */
  private static void misspelled(Map<String, String> table) {
    map(
        table,
        IMPRESSION,
        "conclusion|findings and impression|findings/impression|findings/ impression|"
            + "ndication|impresson|imprression|imoression|impressoin|imprssion|impresion|"
            + "imperssion|mpression|impession");
    map(
        table,
        FINDINGS,
        "chest, two views|finding|findins|findindgs|findgings|findngs|findnings|"
            + "finidngs|reference findings");
  }

  private static void map(Map<String, String> table, String to, String names) {
    for (String name : names.split("\\|")) {
      table.put(name, to);
    }
  }
}
