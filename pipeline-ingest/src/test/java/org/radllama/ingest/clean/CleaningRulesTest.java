package org.radllama.ingest.clean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.radllama.dataset.Background;
import org.radllama.ingest.format.CsvReader;
import org.radllama.ingest.record.Edit;
import org.radllama.ingest.record.Edits;
import org.radllama.ingest.record.Label;
import org.radllama.ingest.record.Outcome;
import org.radllama.ingest.record.Reason;
import org.radllama.ingest.record.Report;
import org.radllama.text.Whitespace;

class CleaningRulesTest {
  private static final Path SECTIONS =
      Path.of(System.getProperty("radllama.openi", "none"), "openi_report_sections_all.csv");
  private static final List<String> WORDS =
      List.of(
          "email",
          "phone",
          "Dr",
          "contact",
          "discuss",
          "minutes",
          "review",
          "dictation",
          "observation",
          "communi");
  private static final CommunicationCut CUT =
      new CommunicationCut(Set.of("openi"), CommunicationRule.IMPRESSIONGPT, WORDS);
  private static final CommunicationCut NO_CUT =
      new CommunicationCut(Set.of(), CommunicationRule.IMPRESSIONGPT, WORDS);

  /** Each rule changes as many real reports as were counted with other means. */
  @Test
  void touchesTheRealReportsThatAreIrregular() throws Exception {
    assumeTrue(Files.exists(SECTIONS), () -> "skipped: no OpenI reports at " + SECTIONS);
    List<Report> reports = openI();
    assertThat(reports).hasSize(3419);
    assertThat(reports.stream().filter(r -> !cut(r).equals(r.impression()))).hasSize(18);
    assertThat(reports).allMatch(r -> cut(r).equals(original(r.impression())));
    assertThat(reports.stream().filter(r -> changes(Rewrite.MERGE_PERIODS, r.findings())))
        .hasSize(132);
    assertThat(reports.stream().filter(r -> changes(Rewrite.MERGE_PERIODS, r.impression())))
        .hasSize(352);
    // 779 impressions start with 1., one of them with 1.5 cm.
    List<Report> numbered = reports.stream().filter(r -> r.impression().startsWith("1.")).toList();
    assertThat(numbered).hasSize(779);
    assertThat(numbered.stream().filter(r -> !changes(Rewrite.DROP_NUMBERS, r.impression())))
        .singleElement()
        .matches(r -> r.id().equals("2027"));
    // 13 more have their list behind the name of a region: "Chest. 1. ...".
    assertThat(reports.stream().filter(r -> changes(Rewrite.DROP_NUMBERS, r.impression())))
        .hasSize(778 + 13);
    assertThat(
            reports.stream().filter(r -> SecondReport.REJECT.clean(r) instanceof Outcome.Rejected))
        .singleElement()
        .matches(r -> r.id().equals("2415"));
  }

  private static boolean changes(Rewrite rewrite, String text) {
    return !rewrite.apply(text).equals(text);
  }

  private static String cut(Report report) {
    int at = CUT.start(report.impression());
    return at < 0 ? report.impression() : report.impression().substring(0, at);
  }

  /** ImpressionGPT's {@code extract_mimic.py}, line by line. */
  private static String original(String impression) {
    String[] sentences = impression.split("\\.", -1);
    int index = 0;
    boolean found = false;
    for (; index < sentences.length && !found; index++) {
      for (String word : WORDS) {
        found |= sentences[index].contains(word);
      }
    }
    if (!found) {
      return impression;
    }
    int position = 0;
    for (int i = 0; i < index - 1; i++) {
      position += sentences[i].length() + 1;
    }
    return impression.substring(0, position);
  }

  private static List<Report> openI() throws Exception {
    List<Report> reports = new ArrayList<>();
    try (InputStream in = Files.newInputStream(SECTIONS);
        CsvReader csv = new CsvReader(in, 1 << 20)) {
      csv.next();
      for (Outcome<List<String>> row = csv.next(); row != null; row = csv.next()) {
        reports.add(
            report(row.value().get(0), strip(row.value().get(1)), strip(row.value().get(2))));
      }
    }
    return reports;
  }

  private static String strip(String text) {
    return Whitespace.strip(text);
  }

  /** Whatever the rules, marks of de-identification come out as they went in. */
  @Test
  void neverAltersAMark() {
    Pattern mark = Pattern.compile("_+|[\\w-]*XXXX[\\w-]*");
    String[] pieces = {
      "XXXX", "___", "x-XXXX", "XXXX-year-old", "_", "XXXX.", "___..", "1. ", "2. ", "3)", ". .",
      "&lt;", "&amp;lt;", "\n ", "  ", ".", "Dr. ___", "clear ", "7 mm", "1.5", "\u00a0", ": "
    };
    Random random = new Random(2);
    for (int round = 0; round < 20_000; round++) {
      StringBuilder text = new StringBuilder("Lungs");
      for (int i = random.nextInt(16); i >= 0; i--) {
        text.append(pieces[random.nextInt(pieces.length)]);
      }
      Set<Rewrite> rewrites = EnumSet.noneOf(Rewrite.class);
      for (Rewrite rewrite : Rewrite.values()) {
        if (random.nextBoolean()) {
          rewrites.add(rewrite);
        }
      }
      boolean cuts = random.nextBoolean();
      CleaningRules rules =
          new CleaningRules(SecondReport.CUT, cuts ? CUT : NO_CUT, rewrites, 0, 0);
      String before = text.toString();
      if (rules.clean(report("1", before, before)) instanceof Outcome.Kept<Report> kept) {
        assertThat(all(mark, kept.value().findings())).isEqualTo(all(mark, before));
        List<String> impression = all(mark, kept.value().impression());
        assertThat(impression).isEqualTo(all(mark, before).subList(0, impression.size()));
        assertThat(cuts || impression.size() == all(mark, before).size()).isTrue();
      }
    }
  }

  private static List<String> all(Pattern pattern, String text) {
    List<String> all = new ArrayList<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      all.add(matcher.group());
    }
    return all;
  }

  @Test
  void rewritesAsEachRuleSays() {
    assertThat(Rewrite.DECODE_ENTITIES.apply("x &lt;3 &amp;lt; &gt;&quot;&apos; & &nbsp; &#60;"))
        .isEqualTo("x <3 &lt; >\"' & &nbsp; &#60;");
    assertThat(Rewrite.MERGE_PERIODS.apply("A.. B. . C. D . E ... 1.5"))
        .isEqualTo("A. B. C. D . E . 1.5");
    assertThat(Rewrite.DROP_NUMBERS.apply("1. A. 2.B. 3) C.\n4. D 5. E"))
        .isEqualTo("A. B. C.\nD 5. E");
    assertThat(Rewrite.DROP_NUMBERS.apply("Chest: 1. A. 2. B. Hand: 1. C. 3. D. 2. E."))
        .isEqualTo("Chest: A. B. Hand: C. 3. D. E.");
    for (String same :
        List.of("1.5 cm. 2.5 cm.", "2 views.", "At L1. 2 cm.", "3. A. 2. B.", "A 1. B")) {
      assertThat(Rewrite.DROP_NUMBERS.apply(same)).isEqualTo(same);
    }
    assertThat(Rewrite.FOLD_WHITE_SPACE.apply("\n a \u00a0 b\tc ")).isEqualTo("a b c");
  }

  @Test
  void cutsOrRejectsASecondReport() {
    Report answered = report("1", "Clear.\n IMPRESSION: Normal.", "Normal.");
    Report two = report("2", "Clear.", "Normal. IMPRESSION: FINDINGS: Clear.");
    Report only = report("3", "Clear.", "IMPRESSION: Normal.");
    Report none = report("4", "CHEST FINDINGS: clear", "No findings: normal");
    assertThat(kept(SecondReport.CUT.clean(answered)).findings()).isEqualTo("Clear.");
    assertThat(kept(SecondReport.CUT.clean(two)).impression()).isEqualTo("Normal.");
    assertThat(kept(SecondReport.CUT.clean(two)).edits().has(Edit.SECOND_REPORT_CUT)).isTrue();
    assertThat(reason(SecondReport.CUT.clean(only))).isEqualTo(Reason.SECOND_REPORT);
    assertThat(reason(SecondReport.REJECT.clean(answered))).isEqualTo(Reason.SECOND_REPORT);
    assertThat(kept(SecondReport.KEEP.clean(two))).isSameAs(two);
    assertThat(kept(SecondReport.REJECT.clean(none))).isSameAs(none);
  }

  @Test
  void rejectsAndCountsWhatIsLeft() {
    CleaningRules rules =
        new CleaningRules(SecondReport.CUT, CUT, EnumSet.allOf(Rewrite.class), 3, 2);
    assertThat(reason(rules.clean(report("1", "a b c", "Told to Dr ___. Normal chest."))))
        .isEqualTo(Reason.COMMUNICATION_ONLY);
    assertThat(reason(rules.clean(report("1", "a b c", "Normal. By phone."))))
        .isEqualTo(Reason.SHORT_IMPRESSION);
    assertThat(reason(rules.clean(report("1", "a. 1. b", "1. Normal chest."))))
        .isEqualTo(Reason.SHORT_FINDINGS);
    Report cleaned = kept(rules.clean(report("1", "a b\nc", "1. Normal  chest.. Told Dr ___.")));
    assertThat(cleaned.impression()).isEqualTo("Normal chest.");
    List<Edit> edits = new ArrayList<>();
    cleaned.edits().forEach(edits::add);
    assertThat(edits)
        .containsExactly(
            Edit.COMMUNICATION_CUT,
            Edit.NUMBERS_DROPPED,
            Edit.PERIODS_MERGED,
            Edit.WHITE_SPACE_FOLDED);
    Report mimic =
        new Report(
            "1",
            "mimic-cxr",
            "p",
            0,
            Label.UNKNOWN,
            "a b c",
            "Told Dr ___.",
            Background.NONE,
            null,
            Edits.NONE);
    assertThat(kept(rules.clean(mimic)).edits().has(Edit.COMMUNICATION_CUT)).isFalse();
  }

  @Test
  void backgroundIsRewrittenLikeTheFindingsAndEndsWhereTheyBegin() {
    CleaningRules rules =
        new CleaningRules(
            SecondReport.KEEP,
            new CommunicationCut(Set.of(), CommunicationRule.TOLD, List.of()),
            EnumSet.of(Rewrite.FOLD_WHITE_SPACE),
            0,
            0);
    Background raw =
        new Background("___ with\n cough", "None. FINDINGS: Clear.", "IMPRESSION : Normal.", "");
    Report cleaned = kept(rules.clean(report("1", "a b c", "Normal.", raw)));
    assertThat(cleaned.background()).isEqualTo(new Background("___ with cough", "None.", "", ""));
    assertThat(cleaned.edits().has(Edit.BACKGROUND_CUT)).isTrue();
    assertThat(cleaned.edits().has(Edit.WHITE_SPACE_FOLDED)).isTrue();
    Report plain = report("1", "a b c", "Normal.", new Background("Findings of cough", "", "", ""));
    assertThat(kept(rules.clean(plain))).isEqualTo(plain);
  }

  private static Report report(String id, String findings, String impression) {
    return report(id, findings, impression, Background.NONE);
  }

  private static Report report(
      String id, String findings, String impression, Background background) {
    return new Report(
        id, "openi", "p", 0, Label.UNKNOWN, findings, impression, background, null, Edits.NONE);
  }

  private static Report kept(Outcome<Report> outcome) {
    return outcome.value();
  }

  private static Reason reason(Outcome<Report> outcome) {
    return outcome.rejection().reason();
  }
}
