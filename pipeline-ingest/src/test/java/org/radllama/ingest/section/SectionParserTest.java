package org.radllama.ingest.section;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.radllama.ingest.record.Document;
import org.radllama.ingest.record.Edit;
import org.radllama.ingest.record.Edits;
import org.radllama.ingest.record.Label;
import org.radllama.ingest.record.Outcome;
import org.radllama.ingest.record.Report;

class SectionParserTest {
  private static final String PREAMBLE = " X";

  /** Outputs of the original parser on these inputs. */
  @Test
  void givesTheOriginalsSections() {
    check("\n FINDINGS:\n IMPRESSION: Normal.\n Done.", "findings", " IMPRESSION: Normal.\n Done.");
    check("\n FINDINGS: \n IMPRESSION: Normal.\n Done.", "impression", "Normal.\n Done.");
    check("\n FINDINGS: clear\n IMPRESSION: Normal.", "findings", "clear", "impression", "Normal.");
    check(
        "\n CHEST, PA LATERAL:\n \n INDICATION:  cough\n \n FINDINGS:  clear\n",
        "indication",
        " cough\n ",
        "findings",
        " clear\n");
    check(
        "\n COMPARISON:  None.\n \n Lungs clear.\n \n Heart normal.",
        "comparison",
        " None.",
        "last_paragraph",
        " Lungs clear.\n \n Heart normal.");
    check(
        "\n IMPRESSION: first\n \n IMPRESSION: second\n",
        "impression",
        "first\n ",
        "impression",
        "second\n");
    check("\n NDICATION: cough\n", "impression", "cough\n");
    check("\n FINDINGS AND IMPRESSION: all good\n", "impression", "all good\n");
    check("\n  FINDINGS: clear\n", "findings", "clear\n");
    check("\n FINDINGS: a\n IMPRESSION:", "findings", "a\n IMPRESSION:");
  }

  @Test
  void keepsWhatIsNoHeaderInThePreambleOrWhole() {
    assertThat(flat(SectionParser.parse(" FINDINGS: at very start\n IMPRESSION: y")))
        .containsExactly("preamble", " FINDINGS: at very start\n ", "impression", "y");
    assertThat(flat(SectionParser.parse(PREAMBLE + "\n FINDINGS:clear\n IMPRESSION: ok")))
        .containsExactly("preamble", " X\n FINDINGS:clear\n ", "impression", "ok");
    assertThat(
            flat(
                SectionParser.parse(
                    PREAMBLE + "\n Lungs clear.\n \n Second para.\n \n Third para.")))
        .containsExactly(
            "full report", " X\n Lungs clear.", "last_paragraph", " Second para.\n \n Third para.");
    for (String text :
        List.of("\nFINDINGS: clear\n", "\n CHEST, 2 VIEWS: clear", "\n Findings: clear")) {
      assertThat(flat(SectionParser.parse(PREAMBLE + text)))
          .containsExactly("full report", PREAMBLE + text);
    }
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "HISTORY OF CHEST PAIN,history",
        "PORTABLE CXR,findings",
        "NO SIGNIFICANT FINDINGS,findings",
        "FINDINGS / IMPRESSION,impression",
        "UNDERLYING MEDICAL CONDITION,underlying medical condition",
        "RECOMMENDATION(S),recommendations",
        "\"CHEST, TWO VIEWS\",findings",
        "WETREAD,wet read",
        " PFI ,history"
      })
  void normalizesNames(String header, String name) {
    assertThat(SectionNames.normalize(header)).isEqualTo(name);
  }

  @Test
  void hasTheWholeTableAndAllCustomRules() {
    assertThat(SectionNames.tableSize()).isEqualTo(58);
    assertThat(CustomRules.ALL).hasSize(54);
  }

  /**
   * The scan by hand against the pattern it stands for, over texts of the characters that matter.
   */
  @Test
  void scansAsTheRegularExpressionDoes() {
    SplittableRandom random = new SplittableRandom(11);
    for (int round = 0; round < 60_000; round++) {
      String text = randomText(random);
      assertThat(SectionParser.parse(text)).as("round %d", round).isEqualTo(transcription(text));
    }
  }

  @Test
  void takesTheFirstOrTheLastOfRepeatedSectionsAndKnowsMimicsOwnRulesFromOthers() {
    String text = " X\n FINDINGS: a\n IMPRESSION: b\n FINDINGS: c\n IMPRESSION: d";
    Report last = section(MimicSections.Repeated.LAST, "mimic-cxr", text);
    assertThat(last.findings() + last.impression()).isEqualTo("cd");
    Report first = section(MimicSections.Repeated.FIRST, "mimic-cxr", text);
    assertThat(first.findings() + first.impression()).isEqualTo("ab");
    assertThat(first.edits()).isEqualTo(Edits.NONE.and(Edit.SECTION_PICKED));
    assertThat(section(MimicSections.Repeated.LAST, "other", text)).isNotNull();
    Report one = section(MimicSections.Repeated.FIRST, "x", " X\n FINDINGS: a\n IMPRESSION: b");
    assertThat(one.edits()).isEqualTo(Edits.NONE);
    assertThat(section(MimicSections.Repeated.LAST, "mimic-cxr", "s50913680", text)).isNull();
    assertThat(section(MimicSections.Repeated.LAST, "other", "s50913680", text)).isNotNull();
  }

  private static Report section(MimicSections.Repeated repeated, String source, String text) {
    return section(repeated, source, "s1", text);
  }

  private static Report section(
      MimicSections.Repeated repeated, String source, String id, String text) {
    Document document =
        new Document(
            source + "/" + id,
            source,
            "p1",
            0,
            Label.UNKNOWN,
            null,
            Edits.NONE,
            new Document.FullText(text));
    return new Sectioner(repeated).section(document) instanceof Outcome.Kept<Report> kept
        ? kept.value()
        : null;
  }

  private static void check(String afterPreamble, String... namesAndTexts) {
    List<String> flat = flat(SectionParser.parse(PREAMBLE + afterPreamble));
    assertThat(flat.subList(2, flat.size())).containsExactly(namesAndTexts);
  }

  private static List<String> flat(List<Section> sections) {
    List<String> flat = new ArrayList<>();
    sections.forEach(
        section -> {
          flat.add(section.name());
          flat.add(section.text());
        });
    return flat;
  }

  private static String randomText(SplittableRandom random) {
    String[] pieces = {
      "\n",
      "\n ",
      "\n \n",
      " ",
      ":",
      ": ",
      ":\n",
      "FINDINGS",
      "IMPRESSION",
      "EXAM",
      "(A/B,-C)",
      "a",
      "9",
      "COMPARISON",
      "\u00a0",
      "\t",
      "\u001c",
      "\u2003",
      "\uD83E\uDEC1",
      "\u0085",
      "CHEST",
      "X"
    };
    StringBuilder text = new StringBuilder();
    int n = random.nextInt(24);
    for (int i = 0; i < n; i++) {
      text.append(pieces[random.nextInt(pieces.length)]);
    }
    return text.toString();
  }

  /** The original, line by line, with Java's regular expressions. */
  private static List<Section> transcription(String text) {
    Pattern header =
        Pattern.compile(
            "\n ([A-Z ()/,-]+):[ \\t-\\r\\x1c-\\x1f\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]");
    List<Section> sections = new ArrayList<>();
    Matcher m = header.matcher(text);
    boolean found = m.find();
    if (!found) {
      sections.add(new Section("full report", text, 0));
    } else {
      sections.add(new Section("preamble", text.substring(0, m.start(1)), 0));
    }
    while (found) {
      String name = SectionNames.normalize(m.group(1));
      int start = m.end();
      int skip = Math.max(0, text.substring(start).indexOf('\n'));
      found = m.find(start + skip);
      int end = found ? m.start() : text.length();
      sections.add(new Section(name, text.substring(start, end), text.codePointCount(0, start)));
    }
    for (int i = sections.size() - 1; i >= 0; i--) {
      boolean main = List.of("impression", "findings").contains(sections.get(i).name());
      if (main && python(sections.get(i).text()).isEmpty()) {
        sections.remove(i);
      }
    }
    if (sections.stream()
        .noneMatch(s -> s.name().equals("impression") || s.name().equals("findings"))) {
      Section last = sections.get(sections.size() - 1);
      List<String> parts = List.of(last.text().split("\n \n", -1));
      if (parts.size() > 1) {
        Section cut = new Section(last.name(), parts.get(0), last.start());
        sections.set(sections.size() - 1, cut);
        sections.add(
            new Section(
                "last_paragraph",
                String.join("\n \n", parts.subList(1, parts.size())),
                cut.start() + (int) cut.text().codePoints().count()));
      }
    }
    return sections;
  }

  private static String python(String text) {
    return text.replaceAll(
        "[ \\t-\\r\\x1c-\\x1f\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]",
        "");
  }
}
