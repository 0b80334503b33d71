package org.radllama.ingest.section;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/** Writes reports in the header styles of ordinary exports. */
final class ReportStyles {
  /**
   * What a report says.
   *
   * @param indication a sentence
   * @param findings one or more sentences
   * @param impression one or more sentences
   */
  record Content(String indication, String findings, String impression) {}

  /** A style: what it makes of a report. */
  interface Style {
    String write(Content content);
  }

  private static final Map<String, Style> ALL = new LinkedHashMap<>();

  private ReportStyles() {}

  /** All styles by name. */
  static Map<String, Style> all() {
    return ALL;
  }

  private static void add(String name, Style style) {
    if (ALL.put(name, style) != null) {
      throw new IllegalStateException(name);
    }
  }

  /** Three sections one after another. */
  private static Style blocks(
      String indication,
      String findings,
      String impression,
      String gap,
      BinaryOperator<String> write) {
    return c ->
        write.apply(indication, c.indication())
            + gap
            + write.apply(findings, c.findings())
            + gap
            + write.apply(impression, c.impression())
            + "\n";
  }

  private static Style named(String indication, String findings, String impression) {
    return blocks(indication, findings, impression, "\n\n", (h, t) -> h + ": " + t);
  }

  private static Style english(BinaryOperator<String> write) {
    return blocks("INDICATION", "FINDINGS", "IMPRESSION", "\n\n", write);
  }

  private static Style title(BinaryOperator<String> write) {
    return blocks("Indication", "Findings", "Impression", "\n\n", write);
  }

  private static Style then(Style style, UnaryOperator<String> change) {
    return c -> change.apply(style.write(c));
  }

  static {
    Style caps = english((h, t) -> h + ": " + t);
    Style title = title((h, t) -> h + ": " + t);
    Style oneLine = blocks("INDICATION", "FINDINGS", "IMPRESSION", " ", (h, t) -> h + ": " + t);
    Style oneLineTitle =
        blocks("Indication", "Findings", "Impression", " ", (h, t) -> h + ": " + t);
    add("caps", caps);
    add("title", title);
    add("lower", blocks("indication", "findings", "impression", "\n\n", (h, t) -> h + ": " + t));
    add(
        "caps-no-blank-line",
        blocks("INDICATION", "FINDINGS", "IMPRESSION", "\n", (h, t) -> h + ": " + t));
    add(
        "title-no-blank-line",
        blocks("Indication", "Findings", "Impression", "\n", (h, t) -> h + ": " + t));
    add("caps-own-line", english((h, t) -> h + ":\n" + t));
    add("title-own-line", title((h, t) -> h + ":\n" + t));
    add("caps-own-line-blank", english((h, t) -> h + ":\n\n" + t));
    add("no-colon", english((h, t) -> h + "\n" + t));
    add("no-colon-title", title((h, t) -> h + "\n" + t));
    add("no-colon-same-line", english((h, t) -> h + " " + t));
    add("underlined", title((h, t) -> h + "\n" + "-".repeat(h.length()) + "\n" + t));
    add("double-underlined", english((h, t) -> h + "\n==========\n" + t));
    add("ruled", english((h, t) -> "----------------\n" + h + "\n----------------\n" + t));
    add("separated", then(caps, t -> t.replace("\n\n", "\n\n------------\n\n")));
    add("starred", english((h, t) -> "*** " + h + " ***\n" + t));
    add("equals", title((h, t) -> "=== " + h + " ===\n" + t));
    add(
        "numbered",
        c ->
            "1. INDICATION: "
                + c.indication()
                + "\n2. FINDINGS: "
                + c.findings()
                + "\n3. IMPRESSION: "
                + c.impression());
    add(
        "numbered-own-line",
        c ->
            "1) Indication\n"
                + c.indication()
                + "\n\n2) Findings\n"
                + c.findings()
                + "\n\n3) Impression\n"
                + c.impression());
    add(
        "roman",
        c ->
            "I. INDICATION\n"
                + c.indication()
                + "\nII. FINDINGS\n"
                + c.findings()
                + "\nIII. IMPRESSION\n"
                + c.impression());
    add("bold", title((h, t) -> "**" + h + ":** " + t));
    add("bold-colon-outside", title((h, t) -> "**" + h + "**: " + t));
    add("bold-own-line", title((h, t) -> "**" + h + "**\n\n" + t));
    add("bold-no-colon", title((h, t) -> "**" + h + "** " + t));
    add("underscored", title((h, t) -> "__" + h + ":__ " + t));
    add("markdown-heading", title((h, t) -> "## " + h + "\n\n" + t));
    add("markdown-heading-colon", title((h, t) -> "### " + h + ":\n" + t));
    add("brackets", english((h, t) -> "[" + h + "]\n" + t));
    add("brackets-same-line", title((h, t) -> "[" + h + "] " + t));
    add("bulleted", title((h, t) -> "- " + h + ": " + t));
    add("one-line", oneLine);
    add("one-line-title", oneLineTitle);
    add("one-line-wrapped", then(oneLine, t -> wrap(t, 72)));
    add("one-line-title-wrapped", then(oneLineTitle, t -> wrap(t, 60)));
    add(
        "one-line-wide",
        blocks("INDICATION", "FINDINGS", "IMPRESSION", "   ", (h, t) -> h + ": " + t));
    add(
        "one-line-bold",
        blocks("Indication", "Findings", "Impression", " ", (h, t) -> "**" + h + ":** " + t));
    add(
        "one-line-numbered",
        c ->
            "1. INDICATION: "
                + c.indication()
                + " 2. FINDINGS: "
                + c.findings()
                + " 3. IMPRESSION: "
                + c.impression());
    add(
        "findings-and-impression-on-a-line",
        blocks(
            "Indication",
            "Findings",
            "Impression",
            " ",
            (h, t) -> h.equals("Findings") ? "\n" + h + ": " + t : h + ": " + t));
    add("wrapped", then(caps, t -> wrap(t, 70)));
    add("wrapped-narrow", then(title, t -> wrap(t, 40)));
    add("indented", then(caps, t -> t.replace("\n", "\n    ").indent(4)));
    add("hanging", english((h, t) -> h + ":\t" + wrap(t, 50).replace("\n", "\n\t\t")));
    add("tabs", english((h, t) -> "\t" + h + ":\t" + t));
    add("tab-no-colon", title((h, t) -> h + "\t" + t));
    add("columns", title((h, t) -> (h + "               ").substring(0, 15) + t));
    add("no-break-space", english((h, t) -> "\u00a0" + h + ":\u00a0" + t));
    add("colon-behind-blank", title((h, t) -> h + " : " + t));
    add("colon-dash", english((h, t) -> h + ":- " + t));
    add("no-space-behind-colon", english((h, t) -> h + ":" + t));
    add("dash", english((h, t) -> h + " - " + t));
    add("dash-title", title((h, t) -> h + " \u2013 " + t));
    add("bar", title((h, t) -> "| " + h + " | " + t + " |"));
    add("fullwidth-colon", title((h, t) -> h + "\uff1a" + t));
    add("spaced", english((h, t) -> String.join(" ", h.split("")) + "\n" + t));
    add("all-caps", then(caps, t -> t.toUpperCase(Locale.ROOT)));
    add("all-caps-wrapped", then(caps, t -> wrap(t.toUpperCase(Locale.ROOT), 60)));
    add("all-caps-one-line", then(oneLine, t -> t.toUpperCase(Locale.ROOT)));
    add("crlf", then(caps, t -> t.replace("\n", "\r\n")));
    add("cr", then(title, t -> t.replace("\n", "\r")));
    add(
        "impression-first",
        c ->
            "IMPRESSION: "
                + c.impression()
                + "\n\nFINDINGS: "
                + c.findings()
                + "\n\nTECHNIQUE: One view.\n");
    add(
        "full",
        c ->
            "XR CHEST 2 VIEWS\n\nPatient Name: A B\nDate: 01/02/2150\n\nEXAM: Chest radiograph.\n\nCLINICAL HISTORY: "
                + c.indication()
                + "\n\nTECHNIQUE: PA and lateral.\n\nCOMPARISON: None available.\n\nFINDINGS:\n"
                + c.findings()
                + "\n\nIMPRESSION:\n"
                + c.impression()
                + "\n\nRECOMMENDATION: Follow-up as clinically indicated.\n");
    add(
        "full-title",
        c ->
            "Chest radiograph\nExamination: Chest radiograph.\nClinical information: "
                + c.indication()
                + "\nTechnique: PA and lateral.\nComparison: None available.\nFindings: "
                + c.findings()
                + "\nImpression: "
                + c.impression()
                + "\n");
    add(
        "full-one-line",
        c ->
            "EXAM: Chest 2 views. CLINICAL HISTORY: "
                + c.indication()
                + " TECHNIQUE: PA and lateral. COMPARISON: None. FINDINGS: "
                + c.findings()
                + " IMPRESSION: "
                + c.impression());
    add(
        "full-one-line-no-periods",
        c ->
            "EXAM: Chest 2 views CLINICAL HISTORY: Cough TECHNIQUE: PA and lateral FINDINGS: "
                + c.findings()
                + " IMPRESSION: "
                + c.impression());
    add("uk", named("CLINICAL DETAILS", "REPORT", "CONCLUSION"));
    add(
        "uk-own-line",
        blocks("Clinical Details", "Report", "Opinion", "\n\n", (h, t) -> h + "\n" + t));
    add("body", named("Reason for exam", "Body", "Summary"));
    add("observations", named("History", "Observations", "Conclusions"));
    add("result", named("Clinical indication", "Findings", "Result"));
    add("finding-imp", named("HX", "FINDING", "IMP"));
    add("assessment", named("Reason for study", "Description", "Assessment"));
    add("diagnosis", named("Clinical information", "Findings", "Diagnosis"));
    add("findings-report", named("Indication", "FINDINGS", "REPORT"));
    add("qualified", named("Indication", "CHEST FINDINGS", "FINAL IMPRESSION"));
    add("remark", named("Indication", "FINDINGS (CHEST)", "IMPRESSION (preliminary)"));
    add("compound", named("Indication", "FINDINGS", "IMPRESSION AND RECOMMENDATIONS"));
    add("spanish", named("INDICACI\u00d3N", "HALLAZGOS", "IMPRESI\u00d3N DIAGN\u00d3STICA"));
    add("spanish-title", named("Motivo de consulta", "Informe", "Conclusi\u00f3n"));
    add("german", named("Fragestellung", "Befund", "Beurteilung"));
    add(
        "german-own-line",
        blocks("Klinische Angaben", "Befund", "Zusammenfassung", "\n\n", (h, t) -> h + "\n" + t));
    add(
        "french",
        blocks("Indication", "R\u00e9sultats", "Conclusion", "\n\n", (h, t) -> h + " : " + t));
    add("portuguese", named("Indica\u00e7\u00e3o cl\u00ednica", "Achados", "Impress\u00e3o"));
    add("portuguese-report", named("Dados cl\u00ednicos", "RELAT\u00d3RIO", "CONCLUS\u00c3O"));
    add("italian", named("Quesito clinico", "Referto", "Conclusioni"));
    add("dutch", named("Klinische gegevens", "Verslag", "Conclusie"));
    add("dutch-findings", named("Vraagstelling", "Bevindingen", "Beoordeling"));
  }

  /** The text with line ends in place of blanks, at most so many characters a line. */
  static String wrap(String text, int width) {
    List<String> wrapped = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      StringBuilder row = new StringBuilder();
      for (String word : line.split(" ")) {
        if (row.length() > 0 && row.length() + word.length() >= width) {
          wrapped.add(row.toString());
          row.setLength(0);
        }
        row.append(row.length() > 0 ? " " : "").append(word);
      }
      wrapped.add(row.toString());
    }
    return String.join("\n", wrapped);
  }
}
