package org.radllama.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kohsuke.args4j.CmdLineException;
import org.kohsuke.args4j.CmdLineParser;
import org.radllama.failure.BadInputException;
import org.radllama.fuzz.Fuzz;
import org.radllama.ingest.read.ReportReader;
import org.radllama.ingest.read.SourceFile;
import org.radllama.ingest.read.SourceKind;
import org.radllama.ingest.read.SourceListing;
import org.radllama.ingest.record.Document;
import org.radllama.ingest.record.Outcome;
import org.radllama.ingest.record.Rejection;
import org.radllama.ingest.record.Report;
import org.radllama.run.Json;
import org.radllama.run.Settings;

/**
 * Files of reports with bytes changed at random: each record is read, decoded, sectioned and
 * cleaned, or rejected, or the file is refused by an exception that names it; none of their text is
 * in either. {@code -Dradllama.fuzz.seconds=60} goes on for so long with each form; a failure names
 * the seed that makes the file again.
 */
class IngestFuzzTest {
  private static final Configuration HADOOP = new Configuration(false);

  /** In every text; nothing that is printed may have it. */
  private static final String SECRET = "quokkawombat";

  private static final String FINDINGS =
      "The lungs are clear, " + SECRET + " of the heart is normal in size and contour today.";
  private static final String TEXT =
      "EXAM: Chest. "
          + SECRET
          + "\n\nFINDINGS: "
          + FINDINGS
          + "\n\n**Impression** (final):\n1. No "
          + SECRET
          + " disease &amp; no\\.br\\effusion.<br>Electronically signed by: "
          + SECRET;
  private static final String RTF =
      "{\\rtf1\\ansi{\\fonttbl{\\f0 Arial;}}\\f0 FINDINGS: "
          + FINDINGS
          + "\\par\\b IMPRESSION:\\b0 No \\'e9 \\u8211? "
          + SECRET
          + " disease.\\par}";
  private static final List<String> WORDS =
      List.of(
          "\"",
          "\n",
          "\r",
          "{",
          "}",
          "[",
          "]",
          "\\",
          "|",
          "^",
          "&",
          "<",
          ">",
          ",",
          ":",
          "(",
          ")",
          "&#0;",
          "&#x10FFFF;",
          "<!--",
          "<style>",
          "</",
          "{\\rtf1",
          "\\bin9999999 ",
          "\\u-1?",
          "]]>",
          "<!DOCTYPE a [",
          "FINDINGS:",
          "IMPRESSION (",
          "MSH|^~\\&|",
          "\0",
          "\u00ff",
          "\ufeff",
          "null",
          "-1",
          "1e999",
          "\\ud800",
          "\\X00\\",
          "{\"entry\":[");

  private static final Fuzz FUZZ =
      new Fuzz(250, Set.of(BadInputException.class), SECRET, Fuzz.texts(WORDS));

  @TempDir Path folder;

  private IngestConfig config(String... sets) throws CmdLineException {
    IngestFlags flags = new IngestFlags();
    List<String> args = new ArrayList<>(List.of("--reports", "x", "--out", "x"));
    for (String set : sets) {
      args.addAll(List.of("--set", set));
    }
    args.addAll(List.of("--set", "read.max-report-bytes=64 KiB"));
    args.addAll(List.of("--set", "read.max-archive-bytes=1 MiB"));
    new CmdLineParser(flags).parseArgument(args);
    return IngestConfig.of(
        Settings.load("ingest", Optional.empty(), flags.set, flags.overlay()), flags);
  }

  private void fuzz(String file, SourceKind kind, byte[] seedBytes, IngestConfig config)
      throws IOException {
    Path path = folder.resolve(file);
    long kept = FUZZ.run(path, seedBytes, () -> read(kind, path, config));
    if (!file.endsWith("gz")) { // whose check sum refuses almost every change
      assertThat(kept).as("reports that were read all the same").isPositive();
    }
  }

  private static int read(SourceKind kind, Path path, IngestConfig config) throws IOException {
    List<SourceFile> files =
        new SourceListing(HADOOP, 0, config.reading().settings())
            .add(kind, kind.source(), path.toString())
            .files();
    int kept = 0;
    Iterator<Outcome<Document>> documents =
        new ReportReader(HADOOP, config.reading().settings()).read(files.iterator());
    while (documents.hasNext()) {
      Outcome<Report> report =
          documents
              .next()
              .then(document -> config.sectioner().section(config.texts().decoded(document)))
              .then(found -> config.cleaning().clean(config.texts().unsigned(found)));
      if (report.isKept()) {
        config.privacy().screen(report.value());
        kept++;
      } else {
        Rejection rejection = report.rejection();
        assertThat(rejection.detail()).doesNotContain(SECRET);
      }
      assertThat(report.toString()).doesNotContain(FINDINGS);
    }
    return kept;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void csv() throws Exception {
    StringBuilder csv = new StringBuilder("id,patient,findings,impression,label\n");
    for (int i = 0; i < 4; i++) {
      csv.append("r").append(i).append(",p,\"").append(FINDINGS).append("\",\"No \"\"new\"\"\n");
      csv.append(SECRET).append(" disease.\",normal\n");
    }
    fuzz("a.csv", SourceKind.REPORTS, utf8(csv.toString()), config("reports.patient=patient"));
  }

  @Test
  void wholeTextsWithMarkup() throws Exception {
    StringBuilder lines = new StringBuilder();
    int id = 0;
    for (String text : List.of(TEXT, RTF, TEXT.replace("\n", "<br/>"))) {
      ObjectNode line = Json.mapper().createObjectNode();
      lines.append(line.put("id", "r" + id++).put("text", text)).append('\n');
    }
    fuzz("a.jsonl", SourceKind.REPORTS, utf8(lines.toString()), config("reports.text=text"));
  }

  /** Not escaped by a format around them, so that what is changed is the text's own marks. */
  @Test
  void textsInEveryForm() throws Exception {
    for (String text : List.of(TEXT, RTF, TEXT.replace("\n", "<p class=\"a\">"))) {
      String row = "id|text\nr1|\"" + text.replace("\"", "\"\"") + "\"\n";
      fuzz(
          "a.csv",
          SourceKind.REPORTS,
          utf8(row),
          config("reports.text=text", "reports.delimiter=\"|\""));
    }
  }

  @Test
  void hl7() throws Exception {
    StringBuilder messages = new StringBuilder();
    for (String status : List.of("P", "F")) {
      messages
          .append("MSH|^~\\&|R|H|X|Y|2030||ORU^R01|M1|P|2.5\rPID|1||P7\rOBR|1||A")
          .append("|".repeat(22))
          .append(status)
          .append("\rOBX|1|TX|C&GDT||")
          .append(FINDINGS.replace("&", "\\T\\"))
          .append("\\.br\\more\rOBX|2|FT|C&IMP||No ~")
          .append(SECRET)
          .append(" disease.\rOBX|3|ED|R||RIS^TEXT^^Base64^")
          .append(Base64.getEncoder().encodeToString(utf8(RTF)))
          .append('\r');
    }
    fuzz("a.hl7", SourceKind.REPORTS, utf8(messages.toString()), config("reports.format=hl7"));
  }

  @Test
  void fhir() throws Exception {
    ObjectNode bundle = Json.mapper().createObjectNode().put("resourceType", "Bundle");
    StringBuilder lines = new StringBuilder();
    for (String type : List.of("text/plain", "text/rtf", "text/html")) {
      ObjectNode report = Json.mapper().createObjectNode().put("resourceType", "DiagnosticReport");
      report.put("id", type.substring(5)).put("status", "final").put("conclusion", "No " + SECRET);
      report.putObject("subject").put("reference", "Patient/1");
      byte[] text = utf8(type.equals("text/rtf") ? RTF : TEXT);
      report
          .putArray("presentedForm")
          .addObject()
          .put("contentType", type)
          .put("data", Base64.getEncoder().encodeToString(text));
      bundle.withArray("entry").addObject().set("resource", report);
      lines.append(report).append('\n');
    }
    IngestConfig fhir = config("reports.format=fhir");
    fuzz("a.json", SourceKind.REPORTS, utf8(bundle.toPrettyString()), fhir);
    fuzz("a.json", SourceKind.REPORTS, utf8(bundle.get("entry").toPrettyString()), fhir);
    fuzz("a.ndjson", SourceKind.REPORTS, utf8(lines.toString()), fhir);
  }

  private static String xml(int i) {
    return "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<eCitation><meta type=\"rr\"/><uId id=\"CXR"
        + i
        + "\"/><MedlineCitation><Article><Abstract><AbstractText Label=\"FINDINGS\">"
        + FINDINGS
        + "</AbstractText><AbstractText Label=\"IMPRESSION\">No &#233; "
        + SECRET
        + " disease.</AbstractText></Abstract></Article></MedlineCitation></eCitation>\n";
  }

  /** Stored and deflated, so that some changes are in texts and some in what is packed. */
  @Test
  void zipOfXml() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (int i = 0; i < 4; i++) {
        zip.setLevel(i % 2 == 0 ? 0 : 9);
        zip.putNextEntry(new ZipEntry("ecgen/" + i + ".xml"));
        zip.write(utf8(xml(i)));
      }
    }
    fuzz("a.zip", SourceKind.OPENI_XML, bytes.toByteArray(), config());
  }

  @Test
  void tarOfTexts() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      for (int i = 0; i < 3; i++) {
        TarArchiveEntry entry = new TarArchiveEntry("files/p10/p10000032/s5000000" + i + ".txt");
        byte[] text =
            utf8(" FINAL REPORT\n FINDINGS: " + FINDINGS + "\n IMPRESSION: No disease.\n");
        entry.setModTime(0);
        entry.setSize(text.length);
        tar.putArchiveEntry(entry);
        tar.write(text);
        tar.closeArchiveEntry();
      }
    }
    fuzz("a.tar", SourceKind.MIMIC_CXR, bytes.toByteArray(), config());
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(bytes.toByteArray());
    }
    fuzz("a.tgz", SourceKind.MIMIC_CXR, packed.toByteArray(), config());
  }

  @Test
  void xmlFiles() throws Exception {
    Path xml = Files.createDirectories(folder.resolve("xml"));
    byte[] seedBytes = utf8(xml(1));
    IngestConfig config = config();
    FUZZ.run(xml.resolve("1.xml"), seedBytes, () -> read(SourceKind.OPENI_XML, xml, config));
  }
}
