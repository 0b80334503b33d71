package org.radllama.ingest.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.radllama.run.Json;

/** HL7 version 2 and FHIR. */
class MessagesTest {
  private static final String[] COLUMNS = {"id", "patient", "text"};

  private static List<String> rows(String file) throws IOException {
    return Rows.rows(file.getBytes(StandardCharsets.UTF_8), TextEncoding.AUTO, COLUMNS);
  }

  /** As python-hl7 and hl7apy read the same messages, alone and all in one file. */
  @Test
  void readsHl7AsOthersDo() throws Exception {
    JsonNode reference;
    try (InputStream in = MessagesTest.class.getResourceAsStream("hl7-reference.json")) {
      reference = Json.mapper().readTree(in);
    }
    StringBuilder batch = new StringBuilder("FHS|^~\\&|A\rBHS|^~\\&|A\r");
    List<String> all = new ArrayList<>();
    for (JsonNode one : reference) {
      List<String> texts = new ArrayList<>();
      one.get("texts").forEach(text -> texts.add(text.asText()));
      String text = String.join("\n", texts);
      String row = one.get("id").asText() + "|" + one.get("patient").asText() + "|" + text;
      String expected = text.isBlank() ? "empty" : row;
      String message = one.get("message").asText();
      assertThat(rows(message)).containsExactly(expected);
      assertThat(rows(message.replace('\r', '\n'))).containsExactly(expected);
      assertThat(rows("\u000b" + message.replace("\r", "\r\n") + "\u001c\r"))
          .containsExactly(expected);
      batch.append(message);
      all.add(expected);
    }
    batch.append("BTS|9\rFTS|1\r");
    assertThat(all).hasSizeGreaterThan(10);
    assertThat(rows(batch.toString())).isEqualTo(all);
  }

  private static String oru(String charset, String... segments) {
    return "MSH|^~\\&|R|H|X|Y|2030||ORU^R01|M1|P|2.5||||||"
        + charset
        + "\rPID|1||P7^^^H\r"
        + String.join("\r", segments)
        + "\r";
  }

  @Test
  void joinsTheTextsOfEachOrderAndHeadsItsSections() throws Exception {
    String message =
        oru(
            "",
            "ORC|RE",
            "OBR|1|PL1|A1^RIS|71020^CHEST",
            "OBX|1|TX|71020&GDT^CHEST||Lungs are clear.\\.br\\Heart is normal.",
            "OBX|2|TX|71020&GDT^CHEST||",
            "OBX|3|TX|71020&IMP^CHEST||No disease.",
            "OBX|4|NM|DOSE||3.2|mGy",
            "NTE|1||note",
            "OBR|2|PL2||X",
            "OBX|1|TX|19005-8^Impression^LN||Impression: \\H\\New\\N\\ nodule \\X26\\ more\nand more",
            "OBR|3|PL3",
            "OBX|1|ED|PDF||^Application^PDF^Base64^JVBERi0=",
            "OBR|4|PL4",
            "OBX|1|ED|R||RIS^TEXT^^Base64^"
                + Base64.getEncoder()
                    .encodeToString("FINDINGS: Clear.".getBytes(StandardCharsets.UTF_8)));
    assertThat(rows(message))
        .containsExactly(
            "A1|P7|FINDINGS:\nLungs are clear.\nHeart is normal.\n\nIMPRESSION:\nNo disease.",
            "PL2|P7|Impression: New nodule & more\nand more",
            "unreadable",
            "PL4|P7|FINDINGS: Clear.");
  }

  @Test
  void rejectsWhatIsNoResultAndGoesOn() throws Exception {
    String good = oru("", "OBR|1||A1", "OBX|1|TX|R||Clear.");
    assertThat(
            rows(
                good
                    + "MSH|^~\\&|R|H|X|Y|2030||ADT^A01|M2|P|2.5\rPID|1||P8\r"
                    + oru("")
                    + oru("", "OBR|1||A2", "OBX|1|TX|R||" + "x".repeat(Rows.MAX))
                    + oru("KLINGON", "OBR|1||A3", "OBX|1|TX|R||Clear.")
                    + good))
        .containsExactly(
            "A1|P7|Clear.", "not_a_report", "empty", "too_large", "not_utf8", "A1|P7|Clear.");
  }

  @Test
  void decodesAsTheMessageSays() throws Exception {
    String segments = "OBR|1||A1\rOBX|1|TX|R||\u00dcberlagerung \\XC9\\";
    for (String named : List.of("8859/1", "UNICODE UTF-8", "")) {
      Charset charset =
          named.equals("8859/1") ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8;
      String message =
          oru(
              named,
              named.equals("8859/1") ? segments : segments.replace(" \\XC9\\", " \\XC389\\"));
      byte[] bytes = message.getBytes(charset);
      assertThat(Rows.rows(bytes, TextEncoding.AUTO, COLUMNS))
          .containsExactly("A1|P7|\u00dcberlagerung \u00c9");
    }
    byte[] wrong = oru("", segments).getBytes(StandardCharsets.ISO_8859_1);
    assertThat(Rows.rows(wrong, TextEncoding.AUTO, COLUMNS)).containsExactly("not_utf8");
    byte[] told =
        oru("", "OBR|1||A1\rOBX|1|TX|R||\u201cclear\u201d")
            .getBytes(Charset.forName("windows-1252"));
    assertThat(Rows.rows(told, TextEncoding.WINDOWS_1252, COLUMNS))
        .containsExactly("A1|P7|\u201cclear\u201d");
  }

  private static ObjectNode report(String id) {
    ObjectNode node = Json.mapper().createObjectNode();
    node.put("resourceType", "DiagnosticReport").put("id", id).put("status", "final");
    node.putObject("subject").put("reference", "Patient/p-7");
    return node;
  }

  private static ObjectNode form(ObjectNode report, String type, String text, Charset charset) {
    report
        .withArray("presentedForm")
        .addObject()
        .put("contentType", type)
        .put("data", Base64.getEncoder().encodeToString(text.getBytes(charset)));
    return report;
  }

  @Test
  void readsFhirReportsInWhateverFormTheyArePresented() throws Exception {
    Charset utf8 = StandardCharsets.UTF_8;
    List<String> lines = new ArrayList<>();
    ObjectNode both = form(report("1"), "application/pdf", "%PDF", utf8);
    form(both, "text/html", "<p>FINDINGS: Clear.</p>", utf8);
    lines.add(
        form(both, "text/plain", "FINDINGS: Clear.\nIMPRESSION: No  disease.", utf8)
            .put("conclusion", "No disease.")
            .toString());
    lines.add(
        form(report("2"), "text/html; charset=utf-8", "<p>\u00e9</p>", utf8)
            .put("conclusion", "Normal.")
            .toString());
    lines.add(
        form(report("3"), "text/plain;charset=ISO-8859-1", "\u00e9", StandardCharsets.ISO_8859_1)
            .toString());
    lines.add(form(report("4"), "text/rtf", "{\\rtf1 Clear.}", utf8).toString());
    lines.add(form(report("5"), "application/pdf", "%PDF", utf8).toString());
    lines.add(report("6").toString());
    lines.add(report("7").put("conclusion", "Normal.").toString());
    lines.add(form(report("8"), "text/plain", "\u00e9", StandardCharsets.ISO_8859_1).toString());
    lines.add(report("9").put("status", "entered-in-error").put("conclusion", "x").toString());
    lines.add("{\"resourceType\": \"Patient\", \"id\": \"p-7\"}");
    lines.add("{\"resourceType\": \"DiagnosticReport\", ");
    ObjectNode bundle = Json.mapper().createObjectNode().put("resourceType", "Bundle");
    ObjectNode versioned = report("10").put("conclusion", "Normal.");
    versioned.putObject("subject").put("reference", "https://h/Patient/p-8/_history/2");
    bundle.putArray("entry").addObject().set("resource", versioned);
    ObjectNode other = report("").put("conclusion", "Normal.");
    other.putArray("identifier").addObject().put("value", "ACC-11");
    other.putObject("subject").putObject("identifier").put("value", "p-9");
    bundle.withArray("entry").addObject().set("resource", other);
    lines.add(bundle.toString());
    List<String> expected =
        List.of(
            "1|p-7|FINDINGS: Clear.\nIMPRESSION: No  disease.",
            "2|p-7|<p>\u00e9</p>\n\nIMPRESSION: Normal.",
            "3|p-7|\u00e9",
            "4|p-7|{\\rtf1 Clear.}",
            "unreadable",
            "empty",
            "7|p-7|IMPRESSION: Normal.",
            "not_utf8",
            "withdrawn",
            "not_a_report",
            "malformed_json",
            "10|p-8|IMPRESSION: Normal.",
            "ACC-11|p-9|IMPRESSION: Normal.");
    assertThat(rows(String.join("\n", lines))).isEqualTo(expected);
    assertThat(rows("[" + lines.get(0) + ",\n " + lines.get(2) + "]"))
        .containsExactly(expected.get(0), expected.get(2));
  }

  private static ObjectNode bundle(ObjectNode... resources) {
    ObjectNode bundle = Json.mapper().createObjectNode().put("resourceType", "Bundle");
    bundle.putArray("link").addObject().put("url", "https://h/entry?a=[{\\\"");
    bundle.putArray("entry");
    for (ObjectNode resource : resources) {
      bundle.withArray("entry").addObject().put("fullUrl", "https://h/1").set("resource", resource);
    }
    return bundle;
  }

  private static ObjectNode concluded(String id) {
    return report(id).put("conclusion", "No {disease}.");
  }

  private static String row(String id) {
    return id + "|p-7|IMPRESSION: No {disease}.";
  }

  @Test
  void readsFhirThatGoesOnOverLines() throws Exception {
    ObjectNode bundle = bundle(concluded("1"), bundle(concluded("2")), concluded("3"));
    List<String> all = List.of(row("1"), row("2"), row("3"));
    String pretty = bundle.toPrettyString();
    assertThat(pretty).contains("\n");
    assertThat(rows(pretty)).isEqualTo(all);
    assertThat(rows("\ufeff\r\n" + pretty.replace("\n", "\r\n") + "\r\n\r\n")).isEqualTo(all);
    assertThat(rows(bundle.toString().replace("{\"fullUrl\"", "\n{\"fullUrl\""))).isEqualTo(all);
    assertThat(rows(concluded("1").toPrettyString() + "\n\n" + concluded("2").toPrettyString()))
        .containsExactly(row("1"), row("2"));
    assertThat(rows("[\n" + concluded("1").toPrettyString() + ",\n" + pretty + "\n]"))
        .containsExactly(row("1"), row("1"), row("2"), row("3"));
    assertThat(rows(bundle().toPrettyString())).isEmpty();
    assertThat(rows(bundle().toPrettyString() + "\n" + concluded("1"))).containsExactly(row("1"));
  }

  /** FHIR's List has entries too, and its type may stand behind them. */
  @Test
  void tellsAListFromABundleByItsEntries() throws Exception {
    String list =
        "{\"entry\": [\n{\"item\": {\"reference\": \"DiagnosticReport/1\"}},\n{\"item\": {}}],\n%s}";
    for (String type : List.of("\"resourceType\": \"List\"", "\"status\": \"current\"")) {
      assertThat(rows(list.formatted(type) + "\n" + concluded("1")))
          .containsExactly("not_a_report", row("1"));
    }
    assertThat(rows("{\"entry\": [\n],\n\"resourceType\": \"List\"}"))
        .containsExactly("not_a_report");
    ObjectNode sorted = Json.mapper().createObjectNode();
    sorted.set("entry", bundle(concluded("1"), concluded("2")).get("entry"));
    sorted.put("resourceType", "Bundle");
    assertThat(rows(sorted.toPrettyString())).containsExactly(row("1"), row("2"));
  }

  @Test
  void boundsTheEntriesOfABundleNotTheBundle() throws Exception {
    ObjectNode large = concluded("2").put("note", "x".repeat(Rows.MAX));
    ObjectNode[] many = new ObjectNode[30];
    Arrays.setAll(many, i -> concluded("r" + i).put("note", "x".repeat(Rows.MAX / 8)));
    many[2] = large;
    for (String file : List.of(bundle(many).toPrettyString(), bundle(many).toString())) {
      assertThat(file.length()).isGreaterThan(2 * Rows.MAX);
      assertThat(rows(file))
          .hasSize(30)
          .startsWith(row("r0"), row("r1"), "too_large", row("r3"))
          .endsWith(row("r29"));
    }
    assertThat(rows(large.toPrettyString())).containsExactly("too_large");
  }

  @Test
  void damageInFhirCostsWhatItIsIn() throws Exception {
    String pretty = bundle(concluded("1"), concluded("2"), concluded("3")).toPrettyString();
    assertThat(rows(pretty.replace("\"2\"", "\"2\" \"2\"")))
        .containsExactly(row("1"), "malformed_json", row("3"));
    String line = concluded("1").toString();
    for (String damaged : List.of(line.substring(0, 40), line.substring(0, line.length() - 1))) {
      assertThat(rows(damaged + "\n" + concluded("2"))).containsExactly("malformed_json", row("2"));
    }
    assertThat(rows(pretty + "\nend\n" + line)).endsWith("malformed_json", row("1"));
    assertThatThrownBy(() -> rows(pretty.substring(0, pretty.length() - 20)))
        .isInstanceOf(IOException.class)
        .hasMessage("the JSON is cut short");
  }

  @Test
  void saysHowFarReportsHadCome() throws Exception {
    String[] columns = {"id", "status"};
    List<String> lines = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    for (String status :
        List.of(
            "registered PRELIMINARY",
            "partial PRELIMINARY",
            "preliminary PRELIMINARY",
            "modified PRELIMINARY",
            "final FINAL",
            "amended CORRECTED",
            "corrected CORRECTED",
            "appended CORRECTED",
            "unknown UNSTATED",
            "entered-in-error withdrawn",
            "cancelled withdrawn")) {
      String[] parts = status.split(" ", 2);
      lines.add(concluded("A1").put("status", parts[0]).toString());
      expected.add(parts[1].equals("withdrawn") ? parts[1] : "A1|" + parts[1]);
    }
    byte[] fhir = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
    assertThat(Rows.rows(fhir, TextEncoding.AUTO, columns)).isEqualTo(expected);
    StringBuilder hl7 = new StringBuilder();
    for (String codes :
        List.of("P ", "R ", "F ", "C ", "F P", "P F", " P", " F", " C", " ", "X ")) {
      String order = "OBR|1||A1" + "|".repeat(22) + codes.split(" ", 2)[0];
      String result = "OBX|1|TX|R||Clear." + "|".repeat(6) + codes.split(" ", 2)[1];
      hl7.append(oru("", order, result, "OBX|2|TX|R||Old.||||||D"));
    }
    assertThat(
            Rows.rows(hl7.toString().getBytes(StandardCharsets.UTF_8), TextEncoding.AUTO, columns))
        .containsExactly(
            "A1|PRELIMINARY",
            "A1|PRELIMINARY",
            "A1|FINAL",
            "A1|FINAL",
            "A1|FINAL",
            "A1|PRELIMINARY",
            "A1|PRELIMINARY",
            "A1|FINAL",
            "A1|FINAL",
            "A1|UNSTATED",
            "withdrawn");
  }

  private static String results(String... codesAndTexts) {
    StringBuilder message = new StringBuilder("OBR|1||A1" + "|".repeat(22) + "F");
    for (String one : codesAndTexts) {
      String[] parts = one.split(" ", 3);
      message.append("\rOBX|1|TX|%s||%s||||||%s".formatted(parts[1], parts[2], parts[0]));
    }
    return oru("", message.toString());
  }

  @Test
  void resultsThatAreAllDeletedWithdrawTheReport() throws Exception {
    assertThat(rows(results("D R Old.", "W R Wrong."))).containsExactly("withdrawn");
    assertThat(rows(results("D R Old.", "X R None."))).containsExactly("withdrawn");
    assertThat(rows(results("X R None."))).containsExactly("empty");
    assertThat(rows(results("D R Old.", "C R New."))).containsExactly("A1|P7|New.");
  }

  @Test
  void anAddendumAloneIsNoReport() throws Exception {
    assertThat(rows(results("F R&ADT Called.", "F R&ADT Again."))).containsExactly("addendum_only");
    assertThat(rows(results("F R ADDENDUM 1:", "F R Called to the ward.")))
        .containsExactly("addendum_only");
    assertThat(rows(results("F R&ADT Called.", "F R&GDT Clear.")))
        .hasSize(1)
        .contains("A1|P7|ADDENDUM:\nCalled.\nFINDINGS:\nClear.");
    assertThat(rows(results("F R ADDENDUM: Called.", "F R FINDINGS: Clear.")))
        .containsExactly("A1|P7|ADDENDUM: Called.\nFINDINGS: Clear.");
  }
}
