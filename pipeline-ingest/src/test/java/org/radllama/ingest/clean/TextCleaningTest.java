package org.radllama.ingest.clean;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.radllama.dataset.Background;
import org.radllama.ingest.record.Document;
import org.radllama.ingest.record.Edit;
import org.radllama.ingest.record.Edits;
import org.radllama.ingest.record.Label;
import org.radllama.ingest.record.Report;
import org.radllama.text.Whitespace;

class TextCleaningTest {
  private static final TextCleaning ALL =
      new TextCleaning(Set.of("ward"), EnumSet.allOf(TextRule.class), true);
  private static final String RTF =
      "{\\rtf1\\ansi\\ansicpg1252\\deff0\\nouicompat{\\fonttbl{\\f0\\fnil\\fcharset0 Arial;}}{\\colortbl ;\\red0\\green0\\blue0;}"
          + "\\viewkind4\\uc1\\pard\\cf1\\f0\\fs17 ";

  private static Document document(String source, String text) {
    return new Document(
        source + "/1",
        source,
        "p",
        0,
        Label.UNKNOWN,
        null,
        Edits.NONE,
        new Document.FreeText(text));
  }

  private static String decoded(String text) {
    return ((Document.FreeText) ALL.decoded(document("ward", text)).body()).text();
  }

  private static List<Edit> edits(String text) {
    List<Edit> edits = new ArrayList<>();
    ALL.decoded(document("ward", text)).edits().forEach(edits::add);
    return edits;
  }

  private static void decodes(String text, String to, Edit... by) {
    assertThat(decoded(text)).isEqualTo(to);
    assertThat(edits(text)).as(text).containsExactly(by);
  }

  @Test
  void decodesRtf() {
    decodes(
        RTF
            + "Nodule of 5 \\'b5m, \\u8805? 3.\\par\nFINDINGS:\\tab clear\\line {\\b Bold} \\{x\\} \\\\ y\\par}",
        "Nodule of 5 \u00b5m, \u2265 3.\nFINDINGS:\tclear\nBold {x} \\ y\n",
        Edit.RTF_DECODED);
    decodes("A.\n" + RTF + "B.\\par}C.", "A.\n\nB.\n\nC.", Edit.RTF_DECODED);
    decodes(RTF + "Cut o\\b ff", "Cut off", Edit.RTF_DECODED);
    decodes(RTF + "Caf\u00e9 \u2265 \u0416}", "Caf\u00e9 \u2265 \u0416", Edit.RTF_DECODED);
    for (String none :
        List.of(
            "{\\rtf1 \\bin2000000000 x}",
            "{\\rtf1 \\u99999999999 x}",
            "{\\rtf" + "{".repeat(300))) {
      assertThat(decoded(none)).isEqualTo(none);
      assertThat(MarkupLeft.isIn(none)).isTrue();
    }
    // A converter is made for each text: threads do not meet.
    assertThat(
            IntStream.range(0, 500)
                .parallel()
                .mapToObj(i -> decoded(RTF + "Nodule " + i + "\\par}"))
                .toList())
        .isEqualTo(IntStream.range(0, 500).mapToObj(i -> "Nodule " + i + "\n").toList());
  }

  @Test
  void decodesEscapesOfOtherFormats() {
    decodes(
        "Clear.\\.br\\Left \\T\\ right 5 \\S\\ 6 mm.\\X0D\\\\X0A\\Old: \\E\\.\\F\\\\R\\\\H\\x\\N\\",
        "Clear.\nLeft & right 5 ^ 6 mm.\n\nOld: \\.|~x",
        Edit.HL7_DECODED);
    decodes("A_x000D_\nB_x0009_C", "A\n\nB C", Edit.EXCEL_DECODED);
    decodes(
        "FINDINGS:\\r\\nClear.\\n\\nIMPRESSION: N.",
        "FINDINGS:\nClear.\n\nIMPRESSION: N.",
        Edit.LINE_ESCAPES_DECODED);
    decodes(
        "<p>Clear.</p><b>Size&#58;</b>&nbsp;3&#215;4&nbsp;mm &#8805; 2 &amp; &deg; &amp;lt;<br/>x <5 mm<style>p {}</style>",
        "\nClear.\nSize:\u00a03\u00d74\u00a0mm \u2265 2 & \u00b0 &lt;\nx <5 mm",
        Edit.HTML_DECODED);
    decodes("<p>3 &#xA0FFFF; &#99999999999;", "\n3 &#xA0FFFF; &#99999999999;", Edit.HTML_DECODED);
    decodes(
        "<tr><td>FINDINGS</td><td>Clear</td></tr><!-- no -->",
        "\nFINDINGS\tClear\t\n",
        Edit.HTML_DECODED);
  }

  @Test
  void cutsLinesOfThePrint() {
    decodes("A\n  Page 1 of 2  \nB\n- Seite 2/3 -\nC", "A\nB\nC", Edit.PAGE_LINES_CUT);
    decodes("A\n***** END OF REPORT *****\n", "A\n", Edit.END_LINES_CUT);
    decodes("A. ***** END OF REPORT *****", "A. \n", Edit.END_LINES_CUT);
    assertThat(edits("Page 1 of the report shows\nthe end of report lines\n--- 3 ---")).isEmpty();
  }

  /** Plain text goes through as it is, whatever marks it has. */
  @Test
  void leavesPlainTextAlone() {
    String[] pieces = {
      "nodule",
      "5 < 10 mm",
      "<",
      ">",
      "&",
      "\\",
      "R&D",
      "L\\R",
      "and\\or",
      "\\no",
      "<5",
      "> 3",
      "<nodule>",
      "&c;x",
      "&;",
      "{",
      "}",
      "_x",
      "x000D_",
      "\\T",
      "S\\",
      "\n",
      "\t",
      "1.",
      "Dr.",
      "___",
      "XXXX",
      "5'6\"",
      "%",
      "#",
      "a/b",
      "\u2265",
      "page 3",
      "end",
      "\\5\\",
      "<->",
      "<=",
      "<3 cm>",
      "&lt",
      "AT&T",
      "\\\\",
      "p<0.05;",
      "left<right"
    };
    Random random = new Random(8);
    for (int round = 0; round < 30_000; round++) {
      StringBuilder text = new StringBuilder("Lungs");
      for (int i = random.nextInt(20); i >= 0; i--) {
        text.append(' ').append(pieces[random.nextInt(pieces.length)]);
      }
      assertThat(decoded(text.toString())).isEqualTo(text.toString());
      assertThat(edits(text.toString())).isEmpty();
    }
  }

  @Test
  void leavesOtherSourcesAlone() {
    Document openI = document("openi", "<p>x</p>");
    assertThat(ALL.decoded(openI)).isSameAs(openI);
  }

  @Test
  void decodesTextsOfEveryKindAndBackgroundsOfOtherFiles() {
    Document full = document("ward", "");
    full =
        full.with(new Document.FullText("FINDINGS:&nbsp;Clear.<br>IMPRESSION: None."), Edits.NONE);
    assertThat(ALL.decoded(full).body())
        .isEqualTo(new Document.FullText("FINDINGS:\u00a0Clear.\nIMPRESSION: None."));
    Background background = new Background("<b>Cough</b> &lt;3 days", "", "", "");
    assertThat(ALL.decoded("ward", background).indication()).isEqualTo("Cough <3 days");
    assertThat(ALL.decoded("openi", background)).isEqualTo(background);
  }

  @Test
  void notesMarkupThatIsLeft() {
    for (String markup :
        List.of("a <findings> b", "\\fs20 x", "a &bogus; b", "x_x12aB_", "\\.zz\\", "\ufffd")) {
      assertThat(MarkupLeft.isIn(markup)).as(markup).isTrue();
      Report report = ALL.noted(report("Clear.", markup));
      assertThat(report.edits().has(Edit.MARKUP_LEFT)).isTrue();
    }
    for (String plain :
        List.of("5 < 10 mm", "<NAME>", "a <5 b> c", "R&D; x", "and\\or", "p<0.05 and x>3")) {
      assertThat(MarkupLeft.isIn(plain)).as(plain).isFalse();
    }
  }

  private static Report report(String findings, String impression) {
    return new Report(
        "ward/1",
        "ward",
        "p",
        0,
        Label.UNKNOWN,
        findings,
        impression,
        Background.NONE,
        null,
        Edits.NONE);
  }

  @Test
  void cutsSignatures() {
    for (String signature :
        List.of(
            "\n\nElectronically signed by: Jane Q. Example, MD 01/02/2150",
            " Electronically signed by: Jane Q. Example, MD 01/02/2150",
            "\nElectronically Signed By Jane Example on 01/02/2150 10:15 AM",
            "\n\nDictated by: JANE EXAMPLE\nTranscribed by: abc\nDate: 01/02/2150 10:15\n",
            "\nReported by Dr J Example",
            "\nReported by: Jane Example\nConsultant Radiologist\nGMC: 1234567",
            "\n\nDr. Jane Example\nConsultant Radiologist\nGMC No 1234567",
            "\n\nJane Example, MD",
            "\nJane Q. Example MD, PhD",
            "\nDr Jane Example FRCR",
            "\n\nConsultant radiologist",
            "\nI have personally reviewed the images and the resident's interpretation and\nagree with the findings as documented above.",
            "\nI, the attending physician, have reviewed the images and agree. Signed by: Dr. J. Example",
            "\nAttending Radiologist: Jane Example\nResident: John Example",
            "\nD: 01/02/2150 T: 01/03/2150",
            "\nJQE/abc",
            "\n/jqe",
            "\nThis report was dictated using voice recognition software.",
            "\nThis report was electronically signed by Jane Example.",
            "\nRead by: Jane Example\nVerified and approved by: John Example 1/2/2150",
            "\nSigned: Dr J Example\n01/02/2150",
            "\nReviewed and electronically signed by: J. Example",
            "\nFirmado por: Dra. Ejemplo",
            "\n\nElectronically signed by:\nJane Example\n01 Feb 2150")) {
      assertThat(Whitespace.fold(Signatures.cut("No acute process. Small effusion." + signature)))
          .as(signature)
          .isEqualTo("No acute process. Small effusion.");
    }
    Report cut = ALL.unsigned(report("Clear.", "Normal.\nDictated by: X"));
    assertThat(cut.impression()).isEqualTo("Normal.");
    assertThat(cut.edits().has(Edit.SIGNATURE_CUT)).isTrue();
    assertThat(Signatures.cut("Signed by: X")).isEmpty();
  }

  @Test
  void takesNoProseForASignature() {
    for (String prose :
        List.of(
            "No acute process.",
            "Normal Chest",
            "No Acute Disease\nStable Nodule",
            "Normal.\nNAD",
            "Pain reported by the patient. Reported by history.",
            "Reviewed with the prior film. Read in conjunction with CT.",
            "I agree that a nodule is present.",
            "The study is limited.\nThis report was delayed by one day.",
            "T: 38 degrees.\nL/R: equal on both sides",
            "Resident of a nursing home.",
            "Approved device is in place. Completed fracture.",
            "Created by surgery: a stoma of 3 cm.",
            "Fractures of ribs 3/4.\n5 mm",
            "Dr. X was informed at 10:15.",
            "1. Effusion.\n2. Edema.\n3. Nodule: CT/PET")) {
      assertThat(Signatures.cut(prose)).as(prose).isEqualTo(prose);
    }
  }

  /** What is cut is cut from the ends of sentences: the words before a signature stay. */
  @Test
  void leavesWhatStandsBeforeASignature() {
    Random random = new Random(5);
    String[] words = {
      "no",
      "effusion",
      "Heart",
      "5 mm",
      "CT",
      "left.",
      "clear.",
      "\n",
      "Report",
      "by",
      "signed",
      "reviewed"
    };
    for (int round = 0; round < 20_000; round++) {
      StringBuilder text = new StringBuilder("Lungs");
      for (int i = random.nextInt(15); i >= 0; i--) {
        text.append(' ').append(words[random.nextInt(words.length)]);
      }
      String plain = Whitespace.strip(text + " seen.");
      assertThat(Signatures.cut(plain + "\n\nElectronically signed by: A. Example, MD"))
          .isEqualTo(Signatures.cut(plain));
    }
  }
}
