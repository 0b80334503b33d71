package org.radllama.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.radllama.text.Format.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.luben.zstd.Zstd;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.run.ExitCode;
import org.radllama.run.JobFailure;
import org.radllama.run.Json;

/** Files of reports in the forms that systems export, from the file to the dataset. */
class IngestTablesTest extends IngestTestBase {
  private static final String FINDINGS =
      "The lungs are clear and the heart number %d is normal in size \u00e9.";

  @TempDir Path dir;

  private Path run(String name, String flag, Path reports, String... settings) throws Exception {
    List<String> args = new ArrayList<>(List.of(flag, reports.toString()));
    args.addAll(List.of("--out", dir.toString(), "--run-id", name));
    args.addAll(List.of("--set", "dedup { near = false, exact = false, leakage = mark }"));
    args.addAll(List.of("--set", "split.test-fraction=0"));
    args.addAll(List.of("--set", "read.max-unreadable-share=1"));
    for (String setting : settings) {
      args.addAll(List.of("--set", setting));
    }
    ingest(2, args.toArray(String[]::new));
    JsonNode counts = counts(dir.resolve(name));
    long others = counts.get("train").asLong();
    for (JsonNode rejected : counts.get("rejected")) {
      others += rejected.asLong();
    }
    assertThat(counts.get("read").asLong()).as("nothing is lost").isEqualTo(others);
    return dir.resolve(name);
  }

  private static String text(int i) {
    return "FINDINGS: " + format(FINDINGS, i) + "\nIMPRESSION: No disease.";
  }

  @Test
  void readsHl7AndFhirWithTheirMarkup() throws Exception {
    StringBuilder messages = new StringBuilder();
    List<String> resources = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      messages
          .append("MSH|^~\\&|R|H|X|Y|2030||ORU^R01|M")
          .append(i)
          .append("|P|2.5\rPID|1||P1\rOBR|1||A");
      messages.append(i).append("\rOBX|1|TX|C&GDT||").append(format(FINDINGS, i));
      messages.append("\\.br\\Second line.\rOBX|2|TX|C&IMP||No disease.\r");
      ObjectNode node = Json.mapper().createObjectNode().put("resourceType", "DiagnosticReport");
      node.put("id", "A" + i).put("status", "final").put("conclusion", "No disease.");
      node.putObject("subject").put("reference", "Patient/P1");
      String html = "<b>Findings:</b> " + format(FINDINGS, i) + "<br/>Second line.";
      node.putArray("presentedForm")
          .addObject()
          .put("contentType", "text/html")
          .put("data", Base64.getEncoder().encodeToString(html.getBytes(StandardCharsets.UTF_8)));
      resources.add(node.toString());
    }
    messages.append("MSH|^~\\&|R|H|X|Y|2030||ADT^A01|M9|P|2.5\r");
    resources.add("{\"resourceType\": \"Patient\", \"id\": \"P1\"}");
    Path hl7 = Files.writeString(dir.resolve("a.hl7"), messages);
    Path fhir = Files.write(dir.resolve("a.ndjson"), resources);
    List<JsonNode> lines = lines(run("hl7", "--reports", hl7).resolve("jsonl/train.jsonl"));
    assertThat(lines).hasSize(4);
    for (JsonNode line : lines) {
      int i = line.get("id").asText().charAt("reports/A".length()) - '0';
      assertThat(line.get("patient").asText()).isEqualTo("P1");
      assertThat(line.get("findings").asText()).isEqualTo(format(FINDINGS, i) + " Second line.");
      assertThat(line.get("impression").asText()).isEqualTo("No disease.");
    }
    assertThat(lines(run("fhir", "--reports", fhir).resolve("jsonl/train.jsonl"))).isEqualTo(lines);
    for (String run : List.of("hl7", "fhir")) {
      assertThat(counts(dir.resolve(run)).at("/rejected").toString())
          .isEqualTo("{\"not_a_report\":1}");
    }
  }

  private static String message(String id, String status, String findings) {
    return "MSH|^~\\&|R|H|X|Y|2030||ORU^R01|M|P|2.5\rPID|1||P1\rOBR|1||"
        + id
        + "|".repeat(22)
        + status
        + "\rOBX|1|TX|C&GDT||"
        + findings
        + "\rOBX|2|TX|C&IMP||No disease.\r";
  }

  private static ObjectNode resource(String id, String status, String findings) {
    ObjectNode node = Json.mapper().createObjectNode().put("resourceType", "DiagnosticReport");
    node.put("id", id).put("status", status).put("conclusion", "No disease.");
    node.putObject("subject").put("reference", "Patient/P1");
    node.putObject("text").put("div", "Findings: " + findings);
    return node;
  }

  /** Number 0 is the version that counts, in files whose names and rows are in no such order. */
  @Test
  void ofVersionsOfAReportTheOneThatCountsIsKept() throws Exception {
    StringBuilder messages = new StringBuilder();
    String[][] feed = {
      {"A", "P", "1"},
      {"A", "F", "2"},
      {"A", "C", "0"},
      {"A", "P", "3"},
      {"B", "P", "4"},
      {"B", "P", "0"},
      {"C", "F", "5"},
      {"C", "X", "6"},
      {"D", "X", "7"},
      {"D", "F", "0"},
      {"E", "", "0"},
      {"E", "", "8"},
      {"G", "P", "9"}
    };
    for (String[] one : feed) {
      messages.append(message(one[0], one[1], format(FINDINGS, Integer.parseInt(one[2]))));
    }
    messages.append(message("G", "F", "")); // Nothing but an impression.
    Path hl7 = Files.writeString(dir.resolve("versions.hl7"), messages);
    List<JsonNode> lines =
        lines(run("hl7-versions", "--reports", hl7).resolve("jsonl/train.jsonl"));
    assertThat(lines.stream().map(line -> line.get("id").asText()))
        .containsExactly("reports/A", "reports/B", "reports/D", "reports/E");
    assertThat(lines).allMatch(line -> line.get("findings").asText().equals(format(FINDINGS, 0)));
    JsonNode manifest = counts(dir.resolve("hl7-versions"));
    assertThat(manifest.at("/rejected").toString())
        .isEqualTo(
            "{\"duplicate_id\":1,\"withdrawn\":2,\"superseded\":5,\"version_rejected\":1,\"no_findings\":1}");
    assertThat(lines(dir.resolve("hl7-versions/rejected.jsonl")))
        .anyMatch(
            line ->
                line.toString()
                    .equals(
                        "{\"id\":\"reports/G\",\"stage\":\"status\",\"reason\":\"version_rejected\",\"detail\":\"the version that counts is final, and was rejected: no_findings\"}"));
  }

  private static ObjectNode stated(
      ObjectNode resource, String updated, String number, String issued) {
    ObjectNode meta = resource.putObject("meta");
    meta.put("lastUpdated", updated).put("versionId", number);
    return resource.put("issued", issued);
  }

  /** As the history of a server has them, the newest first. */
  @Test
  void ofVersionsOfOneStatusTheNewestIsKept() throws Exception {
    String[][] resources = {
      {"A", "2150-03-01T10:00:00.5Z", "3", "", "0"},
      {"A", "2150-03-01T10:00:00+02:00", "2", "", "1"},
      {"A", "2150-03-01T07:00:00Z", "9", "", "2"},
      {"B", "2150-03-01T10:00:00Z", "10", "", "0"},
      {"B", "2150-03-01T10:00:00Z", "9", "", "3"},
      {"C", "", "a", "2150-03-02T00:00:00Z", "0"},
      {"C", "", "b", "2150-03-01T23:00:00-00:30", "4"},
      {"D", "", "", "", "5"},
      {"D", "", "", "", "0"}
    };
    StringBuilder rows = new StringBuilder();
    for (String[] one : resources) {
      ObjectNode resource = resource(one[0], "final", format(FINDINGS, Integer.parseInt(one[4])));
      rows.append(stated(resource, one[1], one[2], one[3])).append('\n');
    }
    Path fhir = Files.writeString(dir.resolve("history.ndjson"), rows);
    List<JsonNode> lines = lines(run("history", "--reports", fhir).resolve("jsonl/train.jsonl"));
    assertThat(lines.stream().map(line -> line.get("id").asText()))
        .containsExactly("reports/A", "reports/B", "reports/C", "reports/D");
    assertThat(lines).allMatch(line -> line.get("findings").asText().equals(format(FINDINGS, 0)));
    assertThat(counts(dir.resolve("history")).at("/rejected").toString())
        .isEqualTo("{\"superseded\":5}");
  }

  /** What replaced it cannot be read: the report is left out, and counted. */
  @Test
  void aVersionThatCannotBeReadIsNotReplacedByAnOlderOne() throws Exception {
    ObjectNode amended = resource("A", "amended", "");
    amended.remove(List.of("conclusion", "text"));
    amended.putArray("presentedForm").addObject().put("contentType", "application/pdf");
    Path fhir =
        Files.writeString(
            dir.resolve("amended.ndjson"),
            resource("A", "final", format(FINDINGS, 1))
                + "\n"
                + amended
                + "\n"
                + resource("B", "final", format(FINDINGS, 0)));
    List<JsonNode> lines = lines(run("amended", "--reports", fhir).resolve("jsonl/train.jsonl"));
    assertThat(lines.stream().map(line -> line.get("id").asText())).containsExactly("reports/B");
    assertThat(counts(dir.resolve("amended")).at("/rejected").toString())
        .isEqualTo("{\"unreadable\":1,\"version_rejected\":1}");
    assertThat(lines(dir.resolve("amended/rejected.jsonl")).toString())
        .contains("the version that counts is corrected, and was rejected: unreadable");
  }

  /** They arrive behind their reports, as messages of their own that are final. */
  @Test
  void addendaAndDeletedResultsByHl7() throws Exception {
    String[] messages = {
      message("A", "F", format(FINDINGS, 0)),
      "MSH|^~\\&|R|H|X|Y|2030||ORU^R01|M1|P|2.5\rPID|1||P7\rOBR|1||A"
          + "|".repeat(22)
          + "F\rOBX|1|TX|C&ADT||Called to the ward.||||||F\r",
      message("B", "F", format(FINDINGS, 1)),
      "MSH|^~\\&|R|H|X|Y|2030||ORU^R01|M1|P|2.5\rPID|1||P7\rOBR|1||B"
          + "|".repeat(22)
          + "F\rOBX|1|TX|C||Old.||||||D\rOBX|2|TX|C||Old.||||||W\r"
    };
    Path hl7 = Files.writeString(dir.resolve("addenda.hl7"), String.join("", messages));
    List<JsonNode> lines = lines(run("addenda", "--reports", hl7).resolve("jsonl/train.jsonl"));
    assertThat(lines.stream().map(line -> line.get("id").asText())).containsExactly("reports/A");
    assertThat(lines).allMatch(line -> line.get("findings").asText().equals(format(FINDINGS, 0)));
    assertThat(counts(dir.resolve("addenda")).at("/rejected").toString())
        .isEqualTo("{\"withdrawn\":1,\"superseded\":1,\"addendum_only\":1}");
  }

  @Test
  void ofVersionsOfAResourceTheOneThatCountsIsKept() throws Exception {
    ObjectNode bundle = Json.mapper().createObjectNode().put("resourceType", "Bundle");
    String[][] resources = {
      {"A", "amended", "0"},
      {"A", "final", "1"},
      {"A", "preliminary", "2"},
      {"B", "final", "0"},
      {"B", "unknown", "3"},
      {"C", "entered-in-error", "4"},
      {"C", "final", "5"},
      {"E", "preliminary", "0"}
    };
    for (String[] one : resources) {
      bundle
          .withArray("entry")
          .addObject()
          .set("resource", resource(one[0], one[1], format(FINDINGS, Integer.parseInt(one[2]))));
    }
    Path fhir = Files.writeString(dir.resolve("versions.json"), bundle.toPrettyString());
    List<JsonNode> lines =
        lines(run("fhir-versions", "--reports", fhir).resolve("jsonl/train.jsonl"));
    assertThat(lines.stream().map(line -> line.get("id").asText()))
        .containsExactly("reports/A", "reports/B", "reports/E");
    assertThat(lines).allMatch(line -> line.get("findings").asText().equals(format(FINDINGS, 0)));
    assertThat(counts(dir.resolve("fhir-versions")).at("/rejected").toString())
        .isEqualTo("{\"withdrawn\":1,\"superseded\":4}");
    assertThat(
            Json.mapper()
                .readTree(Files.readAllBytes(dir.resolve("fhir-versions/manifest.json")))
                .at("/edits_by_source/reports/preliminary")
                .asInt())
        .isEqualTo(1);
  }

  @Test
  void readsTheSameReportsFromEveryForm() throws Exception {
    StringBuilder csv = new StringBuilder("Accession No.;text\n");
    List<JsonNode> rows = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      csv.append(i).append(";\"").append(text(i)).append("\"\n");
      rows.add(Json.mapper().createObjectNode().put("Accession No.", i).put("text", text(i)));
    }
    Charset windows = Charset.forName("windows-1252");
    String id = "reports { id = \"Accession No.\", text = text, delimiter = \";\" }";
    Path utf8 = Files.writeString(dir.resolve("a.csv"), csv);
    List<JsonNode> lines = lines(run("utf8", "--reports", utf8, id).resolve("jsonl/train.jsonl"));
    assertThat(lines).hasSize(5);
    byte[] packed = Zstd.compress(csv.toString().getBytes(StandardCharsets.UTF_8));
    Path folder = Files.createDirectories(dir.resolve("folder"));
    Files.write(folder.resolve("a.csv.zst"), packed);
    Path wide =
        Files.write(dir.resolve("w.csv"), ("\ufeff" + csv).getBytes(StandardCharsets.UTF_16LE));
    Path ansi = Files.write(dir.resolve("n.csv"), csv.toString().getBytes(windows));
    Path array =
        Files.writeString(dir.resolve("a.json"), Json.mapper().valueToTree(rows).toPrettyString());
    assertThat(lines(run("zst", "--reports", folder, id).resolve("jsonl/train.jsonl")))
        .isEqualTo(lines);
    assertThat(lines(run("wide", "--reports", wide, id).resolve("jsonl/train.jsonl")))
        .isEqualTo(lines);
    assertThat(lines(run("array", "--reports", array, id).resolve("jsonl/train.jsonl")))
        .isEqualTo(lines);
    assertThat(
            lines(
                run("ansi", "--reports", ansi, id, "reports.encoding=windows-1252")
                    .resolve("jsonl/train.jsonl")))
        .isEqualTo(lines);
    fails("one of its rows", ansi, "read.max-unreadable-share=0.1", "see reports.encoding");
    fails(
        "id", wide, "reports.id=ID", "named ID (reports.id); its columns are Accession No., text");
    fails("delimiter", utf8, "reports.delimiter=\",\"", "taken apart by \";\", not by \",\"");
    fails(
        "json",
        array,
        "reports.id=ID",
        "named ID (reports.id); its columns are Accession No., text");
  }

  private void fails(String run, Path reports, String setting, String message) {
    String id = "reports { id = \"Accession No.\", text = text, delimiter = \";\" }";
    assertThatThrownBy(() -> run(run.replace(' ', '-'), "--reports", reports, id, setting))
        .isInstanceOfSatisfying(
            JobFailure.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.INPUT))
        .hasMessageContaining(message);
  }

  @Test
  void followsLinksOutOfAFolderOnlyWhenToldTo() throws Exception {
    Path outside = Files.createDirectories(dir.resolve("outside"));
    Path folder = Files.createDirectories(dir.resolve("in"));
    String row = "{\"id\": \"%s\", \"text\": \"FINDINGS: %s IMPRESSION: No disease.\"}\n";
    Files.writeString(folder.resolve("a.jsonl"), row.formatted("a", format(FINDINGS, 1)));
    Files.writeString(outside.resolve("b.jsonl"), row.formatted("b", format(FINDINGS, 2)));
    Files.writeString(outside.resolve("c.jsonl"), row.formatted("c", format(FINDINGS, 3)));
    Files.createSymbolicLink(folder.resolve("b.jsonl"), outside.resolve("b.jsonl"));
    Files.createSymbolicLink(folder.resolve("more"), outside);
    Files.createSymbolicLink(folder.resolve("same.jsonl"), folder.resolve("a.jsonl"));
    Path link = Files.createSymbolicLink(dir.resolve("link"), folder);
    String text = "reports.text=text";
    for (Path root : List.of(folder, link)) {
      Path run = run("kept-" + root.getFileName(), "--reports", root, text);
      assertThat(ids(run.resolve("jsonl/train.jsonl"))).containsExactly("reports/a");
      assertThat(counts(run).at("/rejected").toString())
          .isEqualTo("{\"unreadable\":2,\"duplicate_id\":1}");
      assertThat(Files.readString(run.resolve("rejected.jsonl")))
          .contains("leads out of the folder (read.follow-links)");
    }
    Path run = run("followed", "--reports", folder, text, "read.follow-links=true");
    assertThat(ids(run.resolve("jsonl/train.jsonl")))
        .containsExactlyInAnyOrder("reports/a", "reports/b", "reports/c");
  }

  @Test
  void readsXmlInTheEncodingThatItDeclares() throws Exception {
    Path folder = Files.createDirectories(dir.resolve("xml"));
    String xml =
        "<?xml version=\"1.0\" encoding=\"%s\"?><eCitation><uId id=\"CXR%d\"/><AbstractText"
            + " Label=\"FINDINGS\">%s</AbstractText><AbstractText Label=\"IMPRESSION\">No"
            + " disease.</AbstractText></eCitation>";
    int i = 0;
    for (String name : List.of("ISO-8859-1", "windows-1252", "UTF-8", "UTF-16")) {
      String one = xml.formatted(name, ++i, format(FINDINGS, i));
      Files.write(folder.resolve(i + ".xml"), one.getBytes(Charset.forName(name)));
    }
    Files.write(
        folder.resolve("5.xml"),
        xml.formatted("UTF-8", 5, FINDINGS).getBytes(StandardCharsets.ISO_8859_1));
    Path run = run("xml-run", "--openi-xml", folder);
    for (JsonNode line : lines(run.resolve("jsonl/train.jsonl"))) {
      assertThat(line.get("findings").asText()).endsWith("size \u00e9.");
    }
    assertThat(counts(run).get("train").asInt()).isEqualTo(4);
    assertThat(counts(run).at("/rejected").toString()).isEqualTo("{\"not_utf8\":1}");
  }
}
