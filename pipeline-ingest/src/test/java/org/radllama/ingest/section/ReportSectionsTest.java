package org.radllama.ingest.section;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.radllama.ingest.format.CsvReader;
import org.radllama.ingest.format.Utf8Text;
import org.radllama.ingest.record.HeaderRule;
import org.radllama.ingest.record.Outcome;
import org.radllama.ingest.section.ReportStyles.Content;
import org.radllama.text.Whitespace;

class ReportSectionsTest {
  private static final Path OPENI =
      Path.of(System.getProperty("radllama.openi", "none"), "openi_report_sections_all.csv");
  private static final HeaderNames NAMES = HeaderNames.shipped();
  private static final String[] SENTENCES = {
    "The lungs are clear without consolidation or effusion.",
    "Compared with the previous study there is no change.",
    "Follow up as needed.",
    "Findings are consistent with old granulomatous disease.",
    "The impression of a nodule at the left base is not confirmed.",
    "History of trauma is noted.",
    "A nodule of 6 mm in the right upper lobe is unchanged.",
    "There are no acute findings.",
    "Comparison is made with a prior film.",
    "No pneumothorax; heart size is normal.",
    "Report of the outside study was not available.",
    "Technique limits the study.",
    "There is a T8 fracture at a ratio of 1:2, with 30% loss of height.",
    "Clinical correlation is recommended.",
    "1. Stable heart. 2. No edema."
  };

  private static Content content(Random random) {
    return new Content("Cough for a week.", sentences(random, 2, 7), sentences(random, 1, 3));
  }

  private static String sentences(Random random, int least, int most) {
    StringBuilder text = new StringBuilder();
    for (int i = least + random.nextInt(most - least); i > 0; i--) {
      text.append(text.length() > 0 ? " " : "").append(SENTENCES[random.nextInt(SENTENCES.length)]);
    }
    return text.toString();
  }

  /** Reports of invented sentences in every style come back as they were. */
  @Test
  void readsEveryStyleBack() {
    Random random = new Random(1);
    List<Content> contents = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      contents.add(content(random));
    }
    Map<String, Integer> wrong = wrong(contents);
    assertThat(wrong).isEmpty();
  }

  /** So do OpenI's reports, but for those that have headers within their sections. */
  @Test
  void readsRealReportsBackFromEveryStyle() throws Exception {
    assumeTrue(Files.exists(OPENI), () -> "skipped: no OpenI reports at " + OPENI);
    List<Content> contents = new ArrayList<>();
    try (InputStream in = Files.newInputStream(OPENI);
        CsvReader csv = new CsvReader(in, 1 << 20)) {
      csv.next();
      int n = 0;
      for (Outcome<List<String>> row = csv.next(); row != null; row = csv.next()) {
        List<String> cells = row.value();
        // One in ten, and the one with a second report inside.
        if (n++ % 10 == 0 || cells.get(0).equals("2415")) {
          contents.add(new Content("Cough for a week.", strip(cells.get(1)), strip(cells.get(2))));
        }
      }
    }
    Map<String, Integer> wrong = wrong(contents);
    // Only CXR2415 comes back otherwise: its impression has a whole second report in it.
    assertThat(wrong).hasSameSizeAs(ReportStyles.all());
    assertThat(wrong).allSatisfy((how, n) -> assertThat(how + n).endsWith(" counted1"));
  }

  /** How many reports come back otherwise, by style. */
  private static Map<String, Integer> wrong(List<Content> contents) {
    Map<String, Integer> wrong = new TreeMap<>();
    ReportStyles.all()
        .forEach(
            (name, style) -> {
              for (Content content : contents) {
                ReportSections read = parse(style.write(content));
                boolean caps = name.startsWith("all-caps");
                String findings = fold(content.findings(), caps);
                String impression = fold(content.impression(), caps);
                boolean lost = read.findings().isEmpty() || read.impression().isEmpty();
                String how =
                    lost ? " refused" : read.joined() || read.picked() ? " counted" : " silent";
                if (!Whitespace.fold(read.findings()).equals(findings)
                    || !Whitespace.fold(read.impression()).equals(impression)) {
                  wrong.merge(name + how, 1, Integer::sum);
                }
              }
            });
    return wrong;
  }

  private static String fold(String text, boolean caps) {
    String folded = Whitespace.fold(text);
    return caps ? folded.toUpperCase(Locale.ROOT) : folded;
  }

  private static String strip(String text) {
    return Whitespace.strip(text);
  }

  private static ReportSections parse(String text) {
    return ReportSections.of(Utf8Text.universalNewlines(text), NAMES, MimicSections.Repeated.LAST);
  }

  private static void check(String text, String findings, String impression) {
    ReportSections read = parse(text);
    assertThat(List.of(Whitespace.fold(read.findings()), Whitespace.fold(read.impression())))
        .as(text)
        .containsExactly(findings, impression);
  }

  @Test
  void leavesOrganLinesInTheirFindings() {
    check(
        "FINDINGS:\nLUNGS: Clear.\nHeart: Normal.\nBones and soft tissues: Intact.\n\nIMPRESSION: Normal.",
        "LUNGS: Clear. Heart: Normal. Bones and soft tissues: Intact.",
        "Normal.");
    check(
        "FINDINGS: Clear.\n\nCHEST: Normal heart.\n\nBONES: Intact.\n\nIMPRESSION: Normal.",
        "Clear. CHEST: Normal heart. BONES: Intact.",
        "Normal.");
    check(
        "FINDINGS: LUNGS: Clear. HEART: Normal. IMPRESSION: Normal.",
        "LUNGS: Clear. HEART: Normal.",
        "Normal.");
    check(
        "CHEST FINDINGS: Clear.\nABDOMEN FINDINGS: Normal.\n\nIMPRESSION: Normal.",
        "Clear. ABDOMEN FINDINGS: Normal.",
        "Normal.");
    check(
        "Findings: Clear.\nTechnical quality: good.\nLocation: right.\n\nImpression: Normal.\nDate: soon.",
        "Clear. Technical quality: good. Location: right.",
        "Normal. Date: soon.");
  }

  @Test
  void takesProseForProse() {
    check(
        "FINDINGS: Compared with the\nprevious study no change. There are the following\nfindings: one.\n\nIMPRESSION: No\nimpression of a mass.\nFollow up as\nneeded.",
        "Compared with the previous study no change. There are the following findings: one.",
        "No impression of a mass. Follow up as needed.");
    check(
        "FINDINGS: NO ACUTE\nFINDINGS. HEART NORMAL.\nFINDINGS CONSISTENT WITH EDEMA.\nIMPRESSION: THE FOLLOWING FINDINGS: EDEMA.",
        "NO ACUTE FINDINGS. HEART NORMAL. FINDINGS CONSISTENT WITH EDEMA.",
        "THE FOLLOWING FINDINGS: EDEMA.");
    check(
        "Findings: Clear. Comparison: none. Heart normal. Impression: Normal. Recommendation: none.",
        "Clear. Comparison: none. Heart normal.",
        "Normal. Recommendation: none.");
  }

  @Test
  void refusesWhatIsMissing() {
    check("FINDINGS:\nIMPRESSION: Normal.", "", "Normal.");
    check("FINDINGS: IMPRESSION: Normal.", "", "Normal.");
    check("FINDINGS\n\nIMPRESSION\n\nNormal.", "", "Normal.");
    check("INDICATION: Cough.\n\nThe lungs are clear.\n\nIMPRESSION: Normal.", "", "Normal.");
    check("FINDINGS: Clear.\n\nNormal.", "Clear. Normal.", "");
    check("FINDINGS/IMPRESSION: Clear.", "", "Clear.");
    check(
        "RADIOLOGY REPORT\nName: X\nClinical details: cough\n\nClear.\n\nConclusion: Normal.",
        "",
        "Normal.");
    check("", "", "");
    check("The lungs are clear.", "", "");
  }

  @Test
  void namesTheOtherSections() {
    ReportSections read =
        parse(
            "XR CHEST\nEXAM: Chest.\nINDICATION: Cough.\nTECHNIQUE: PA.\nCOMPARISON: None.\nFINDINGS: Clear.\nIMPRESSION: Normal.\n"
                + "RECOMMENDATION: None.\nADDENDUM: Late.\n");
    assertThat(read.texts())
        .containsExactly(
            Map.entry("preamble", "XR CHEST"),
            Map.entry("examination", "Chest."),
            Map.entry("indication", "Cough."),
            Map.entry("technique", "PA."),
            Map.entry("comparison", "None."),
            Map.entry("findings", "Clear."),
            Map.entry("impression", "Normal."),
            Map.entry("recommendations", "None."),
            Map.entry("addendum", "Late."));
    assertThat(read.findingsRule()).isEqualTo(HeaderRule.COLON);
    assertThat(parse("**Findings** Clear. IMPRESSION: Normal.").findingsRule())
        .isEqualTo(HeaderRule.MARKED);
    assertThat(parse("**Findings** Clear. IMPRESSION: Normal.").impressionRule())
        .isEqualTo(HeaderRule.IN_LINE);
  }

  @Test
  void joinsWhatFollowsOneAnotherAndPicksOtherwise() {
    ReportSections joined = parse("FINDINGS: Clear.\nIMPRESSION: One.\nCONCLUSION: Two.");
    assertThat(joined.impression()).isEqualTo("One.\nTwo.");
    assertThat(joined.joined()).isTrue();
    assertThat(joined.picked()).isFalse();
    String two = "FINDINGS: A.\nIMPRESSION: B.\nADDENDUM: Late.\nFINDINGS: C.\nIMPRESSION: D.";
    check(two, "C.", "D.");
    assertThat(parse(two).picked()).isTrue();
    assertThat(ReportSections.of(two, NAMES, MimicSections.Repeated.FIRST).impression())
        .isEqualTo("B.");
  }

  @Test
  void knowsTheNamesThatAreGiven() {
    HeaderNames names =
        new HeaderNames(
            List.of("de"),
            List.of("\u0417\u0430\u043c\u0435\u0442\u043a\u0438"),
            List.of("Diagnose"),
            List.of("Lehre"));
    ReportSections read =
        ReportSections.of(
            "\u0417\u0410\u041c\u0415\u0422\u041a\u0418: a\nDiagnose: b\nLehre: c\nFINDINGS: d",
            names,
            MimicSections.Repeated.LAST);
    assertThat(read.findings()).isEqualTo("a");
    assertThat(read.impression()).isEqualTo("b");
  }

  /** Anything is parsed without an error, and every section is a part of the text. */
  @Test
  void invitesNoErrors() {
    String[] pieces = {
      "FINDINGS",
      "Impression",
      ":",
      "\n",
      " ",
      "**",
      "#",
      "-",
      "---",
      "1.",
      "[",
      "]",
      "(",
      ")",
      "(s)",
      "|",
      "\t",
      "\u00a0",
      "x",
      "REPORT",
      ".",
      "and",
      "/",
      "\uff1a",
      "F I N D I N G S",
      "\ud83d\ude00",
      "\u0301",
      "chest",
      "Comparison"
    };
    Random random = new Random(4);
    for (int round = 0; round < 20_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(14); i >= 0; i--) {
        text.append(pieces[random.nextInt(pieces.length)]);
      }
      ReportSections read = parse(text.toString());
      for (String section : read.texts().values()) {
        for (String line : section.split("\n")) {
          assertThat(text.toString()).contains(line);
        }
      }
    }
  }
}
