package org.radllama.ingest.read;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.radllama.dataset.Background;
import org.radllama.ingest.format.CsvReader;
import org.radllama.ingest.format.CsvTable;
import org.radllama.ingest.format.JsonLines;
import org.radllama.ingest.format.RecordTable;
import org.radllama.ingest.format.RecordTable.Cells;
import org.radllama.ingest.format.Utf8Text;
import org.radllama.ingest.record.Document;
import org.radllama.ingest.record.Label;
import org.radllama.ingest.record.Outcome;
import org.radllama.ingest.record.Reason;

class ReadersTest {
  private static final ReportPlace XML = new ReportPlace("openi", "x/ecgen-radiology/17.xml", 0);

  @Test
  void readsXmlSectionsByLabelInAnyOrderAndJoinsRepeats() {
    Document document =
        kept(
            xml(
                """
                <?xml version="1.0" encoding="utf-8"?>
                <eCitation><meta type="rr"/><uId id="CXR5"/>
                <MedlineCitation><Article><ArticleTitle>t</ArticleTitle><Abstract>
                <AbstractText Label="IMPRESSION">No <b>acute</b> XXXX &lt; 3 &amp; <![CDATA[more]]>.</AbstractText>
                <AbstractText Label="findings"> Clear. </AbstractText>
                <AbstractText Label="COMPARISON">None.</AbstractText>
                <AbstractText Label="FINDINGS">Heart normal.</AbstractText>
                </Abstract></Article></MedlineCitation>
                <MeSH><major>Opacity/lung</major><automatic>x</automatic></MeSH></eCitation>
                """));
    assertThat(document.id()).isEqualTo("openi/CXR5");
    assertThat(document.patient()).isEqualTo("CXR5");
    assertThat(document.label()).isEqualTo(Label.ABNORMAL);
    assertThat(document.body())
        .isEqualTo(
            new Document.SectionTexts(
                "Clear. Heart normal.",
                "No acute XXXX < 3 & more.",
                new Background("", "None.", "", "")));
  }

  @Test
  void refusesXmlThatIsNotAReportOrCouldReachOut() {
    String doctype = "<!DOCTYPE eCitation [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>";
    assertThat(reason(xml(doctype + "<eCitation><uId id='1'/>&e;</eCitation>")))
        .isEqualTo(Reason.FORBIDDEN_DOCTYPE);
    assertThat(reason(xml("<!DOCTYPE eCitation><eCitation><uId id='1'/></eCitation>")))
        .isEqualTo(Reason.FORBIDDEN_DOCTYPE);
    assertThat(reason(xml("<eCitation><uId id='1'/>&undeclared;</eCitation>")))
        .isEqualTo(Reason.MALFORMED_XML);
    assertThat(reason(xml("<html/>"))).isEqualTo(Reason.MALFORMED_XML);
    assertThat(reason(xml("<eCitation><uId id='1'></eCitation>"))).isEqualTo(Reason.MALFORMED_XML);
    assertThat(reason(xml("<eCitation/>"))).isEqualTo(Reason.MISSING_ID);
    assertThat(reason(xml(""))).isEqualTo(Reason.EMPTY);
    assertThat(reason(xml("<eCitation>" + "<a>".repeat(100_000)))).isEqualTo(Reason.MALFORMED_XML);
    assertThat(
            reason(
                ReportFormat.parse(
                    SourceKind.OPENI_XML, XML, new byte[] {'<', 'a', '>', (byte) 0xff})))
        .isEqualTo(Reason.NOT_UTF8);
  }

  @Test
  void readsNormalNoIndexingAndNothingAsLabels() {
    assertThat(Label.of(List.of("normal"))).isEqualTo(Label.NORMAL);
    assertThat(Label.of(List.of(" Normal "))).isEqualTo(Label.NORMAL);
    assertThat(Label.of(List.of("No Indexing"))).isEqualTo(Label.UNKNOWN);
    assertThat(Label.of(List.of(""))).isEqualTo(Label.UNKNOWN);
    assertThat(Label.of(List.of("normal", "Cardiomegaly/mild"))).isEqualTo(Label.ABNORMAL);
  }

  /** Random tables written with random quoting and line ends come back cell by cell. */
  @Test
  void readsBackAnyTable() throws Exception {
    Random random = new Random(3);
    String[] atoms = {"a", ",", "\"", "\n", "\r\n", " ", "é", "\uD83E\uDEC1", "1"};
    for (int round = 0; round < 2000; round++) {
      List<List<String>> table = new ArrayList<>();
      StringBuilder csv = new StringBuilder(random.nextBoolean() ? "\ufeff" : "");
      for (int r = 0; r < 1 + random.nextInt(4); r++) {
        List<String> row = new ArrayList<>(List.of("x"));
        csv.append('x');
        for (int c = 0; c < random.nextInt(4); c++) {
          StringBuilder cell = new StringBuilder();
          for (int i = random.nextInt(5); i > 0; i--) {
            cell.append(atoms[random.nextInt(atoms.length)]);
          }
          String text = cell.toString();
          boolean plain = text.chars().noneMatch(ch -> ",\"\r\n".indexOf(ch) >= 0);
          row.add(text);
          csv.append(',')
              .append(
                  plain && random.nextBoolean() ? text : '"' + text.replace("\"", "\"\"") + '"');
        }
        table.add(row);
        csv.append(random.nextBoolean() ? "\n" : random.nextBoolean() ? "\r\n" : "\r");
      }
      assertThat(cells(csv.toString())).isEqualTo(table);
    }
  }

  @Test
  void rejectsSingleRowsOfACsvAndKeepsTheOthers() throws Exception {
    byte[] csv =
        ("ids,finding,impression\n1,f one,i one\n2,too,many,cells\n,f,i\n3,f\u0000,i\n4,F,i\n5,"
                + "g".repeat(60)
                + ",i\n6,f six,i six\n7,\"never closed")
            .getBytes(StandardCharsets.ISO_8859_1);
    csv[new String(csv, StandardCharsets.ISO_8859_1).indexOf('F')] = (byte) 0xe9;
    RecordTable table = new CsvTable(new ByteArrayInputStream(csv), 50, ',');
    SourceFile file =
        new SourceFile(SourceKind.OPENI_CSV, "openi", "x.csv", 9, 0, 100, new SourceFile.Rows(""));
    List<String> got = new ArrayList<>();
    Iterator<Outcome<Document>> rows =
        new TableReports(file, table, OpenIColumns.of(table), IdHash.NONE);
    rows.forEachRemaining(
        o ->
            got.add(
                o.isKept()
                    ? o.value().id()
                    : o.rejection().id() + " " + o.rejection().reason().label()));
    assertThat(got)
        .containsExactly(
            "openi/CXR1",
            "openi/row-2 malformed_row",
            "openi/row-3 missing_id",
            "openi/row-4 binary",
            "openi/row-5 not_utf8",
            "openi/row-6 too_large",
            "openi/CXR6",
            "openi/row-8 unclosed_quote");
  }

  /** A closing quote lost anywhere costs its own row, whatever the size of the file. */
  @Test
  void losesOnlyTheRowWhoseQuoteIsNotClosed() throws Exception {
    Random random = new Random(9);
    for (int round = 0; round < 300; round++) {
      List<String> rows = new ArrayList<>();
      int n = 1 + random.nextInt(40);
      int victim = random.nextInt(n);
      for (int i = 0; i < n; i++) {
        String findings = cell(random, i == victim || random.nextBoolean());
        String impression = cell(random, random.nextBoolean());
        rows.add(
            i == victim
                ? i + "," + findings.substring(0, findings.length() - 1) + "," + impression
                : i + "," + findings + "," + impression);
      }
      String csv = "ids,finding,impression\n" + String.join("\n", rows) + "\n";
      RecordTable table = new CsvTable(stream(csv), 200, ',');
      List<String> ids = new ArrayList<>();
      int rejected = 0;
      for (Outcome<Cells> row = table.next(); row != null; row = table.next()) {
        if (row.isKept()) {
          ids.add(row.value().cell("ids"));
        } else {
          rejected++;
        }
      }
      List<String> others =
          new ArrayList<>(IntStream.range(0, n).mapToObj(Integer::toString).toList());
      others.remove(victim);
      assertThat(ids).as(csv).isEqualTo(others);
      assertThat(rejected).isEqualTo(1);
    }
  }

  private static String cell(Random random, boolean quoted) {
    StringBuilder text = new StringBuilder("t");
    for (int i = random.nextInt(6); i > 0; i--) {
      text.append(quoted && random.nextInt(4) == 0 ? random.nextBoolean() ? ", " : "\"\"" : "x");
    }
    return quoted ? '"' + text.append('.').toString() + '"' : text.toString();
  }

  /** Quotes that open again and again where the ones before close: no byte is read too often. */
  @Test
  void readsAHostileCsvInTime() throws Exception {
    byte[] line = "a\",,\"c\n".getBytes(StandardCharsets.UTF_8);
    byte[] csv = new byte[2_000_000 / line.length * line.length];
    for (int i = 0; i < csv.length; i++) {
      csv[i] = line[i % line.length];
    }
    // Read from every line's beginning to the longest row it takes hours.
    CsvReader reader = new CsvReader(new ByteArrayInputStream(csv), 1 << 20);
    reader.limitCells(8);
    int rows = 0;
    for (Outcome<List<String>> row = reader.next(); row != null; row = reader.next()) {
      rows++;
    }
    assertThat(rows).isPositive();
  }

  @Test
  void readsJsonLinesStrictly() throws Exception {
    String deep = "[".repeat(100_000) + "]".repeat(100_000);
    String[] lines = {
      "{\"id\":7,\"t\":\"a\\u00e9\",\"x\":[{\"t\":1}]}",
      "",
      "{\"id\":\"8\",\"t\":null}",
      "{\"id\":1,\"id\":2}",
      "{\"id\":1,\"x\":" + deep + "}",
      "{\"id\":1}{",
      "{\"id\":1",
      "[1]",
      "{\"id\":1.5}",
      "{\"id\":{\"a\":1}}",
      "{\"t\":\"\\u0000\"}",
      "{\"t\":\"\\ud800\"}",
      "{\"t\":\"" + "y".repeat(300_000) + "\"}",
      "{\"t\":\"\u00ff\"}",
      "{\"id\":9}"
    };
    byte[] bytes = String.join("\n", lines).getBytes(StandardCharsets.ISO_8859_1);
    RecordTable table = new JsonLines(new ByteArrayInputStream(bytes), 250_000, Set.of("id", "t"));
    List<String> got = new ArrayList<>();
    for (Outcome<Cells> row = table.next(); row != null; row = table.next()) {
      got.add(
          row.isKept()
              ? row.value().cell("id") + row.value().cell("t")
              : row.rejection().reason().label());
    }
    String bad = "malformed_json";
    assertThat(got)
        .containsExactly(
            "7a\u00e9",
            "8",
            bad,
            bad,
            bad,
            bad,
            bad,
            bad,
            bad,
            "binary",
            "not_utf8",
            "too_large",
            "not_utf8",
            "9");
  }

  @Test
  void decodesStrictlyAndReadsNewlinesAsPythonDoes() {
    assertThat(mimic(new byte[] {'a', (byte) 0xc3})).isEqualTo(Reason.NOT_UTF8);
    assertThat(mimic(new byte[0])).isEqualTo(Reason.EMPTY);
    assertThat(mimic("ab".getBytes(StandardCharsets.UTF_16LE))).isEqualTo(Reason.BINARY);
    assertThat(Utf8Text.universalNewlines("a\r\nb\rc\n\r")).isEqualTo("a\nb\nc\n\n");
  }

  @Test
  void ordersNumbersAsNumbersAndIsTotal() {
    List<String> ids = new ArrayList<>(List.of("s10", "s9", "a", "CXR2", "CXR10", "CXR02", "CXR"));
    Collections.shuffle(ids, new Random(1));
    ids.sort(NaturalOrder.INSTANCE);
    assertThat(ids).containsExactly("CXR", "CXR02", "CXR2", "CXR10", "a", "s9", "s10");
  }

  private static Reason mimic(byte[] bytes) {
    ReportPlace place = new ReportPlace("mimic-cxr", "p10/p10000001/s5.txt", 0);
    return reason(ReportFormat.parse(SourceKind.MIMIC_CXR, place, bytes));
  }

  private static Outcome<Document> xml(String text) {
    return ReportFormat.parse(SourceKind.OPENI_XML, XML, text.getBytes(StandardCharsets.UTF_8));
  }

  private static Document kept(Outcome<Document> outcome) {
    return outcome.value();
  }

  private static Reason reason(Outcome<Document> outcome) {
    return outcome.rejection().reason();
  }

  private static List<List<String>> cells(String csv) throws Exception {
    List<List<String>> rows = new ArrayList<>();
    try (CsvReader reader = new CsvReader(stream(csv), 1 << 20)) {
      for (Outcome<List<String>> row = reader.next(); row != null; row = reader.next()) {
        rows.add(row.value());
      }
    }
    return rows;
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }
}
