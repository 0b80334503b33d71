package org.radllama.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.radllama.ingest.benchmark.JobProcess;
import org.radllama.ingest.synthetic.SyntheticCorpus;
import org.radllama.run.ExitCode;
import org.radllama.run.JobFailure;
import org.radllama.run.Json;

/** The same reports in every form that is read make the same dataset. */
class IngestSourcesTest extends IngestTestBase {
  private static final List<String> DATA =
      List.of("jsonl/train.jsonl", "jsonl/validate.jsonl", "jsonl/test.jsonl", "rejected.jsonl");

  @TempDir Path dir;
  private Path mimic;
  private Path openi;

  /** All tests share one session. */
  @Override
  void stopSpark() {}

  @AfterAll
  static void stopSparkAtLast() {
    stopSession();
  }

  @BeforeEach
  void write() throws Exception {
    mimic = dir.resolve("mimic-cxr");
    openi = dir.resolve("openi");
    new SyntheticCorpus(3).writeMimicCxr(mimic, 160);
    new SyntheticCorpus(3).writeOpenI(openi, 40);
  }

  @Test
  void readsTreesAndArchivesAlike() throws Exception {
    Map<String, String> tree = run("tree", "--mimic-cxr", mimic, "--openi-xml", openi);
    assertThat(counts(dir.resolve("out/tree")).get("read").asInt()).isEqualTo(200);
    Path files = mimic.resolve("files");
    Path xml = openi.resolve("ecgen-radiology");
    Path zip = Archives.zip(files, "files/", mimic.resolve("a.zip"));
    Path xmls = Archives.tgz(xml, "ecgen-radiology/", dir.resolve("NLMCXR_reports.tgz"));
    assertThat(run("zip", "--mimic-cxr", zip, "--openi-xml", xmls)).isEqualTo(tree);
    Path prefixed =
        Archives.zip(files, "mimic-cxr-reports/files/", mimic.resolve("mimic-cxr-reports.zip"));
    Path zipped = Archives.zip(xml, "", dir.resolve("xml.zip"));
    assertThat(run("zip2", "--mimic-cxr", prefixed, "--openi-xml", zipped)).isEqualTo(tree);
    Path tgz = Archives.tgz(files, "./files/", mimic.resolve("a.tar.gz"));
    assertThat(run("tgz", "--mimic-cxr", tgz, "--openi-xml", openi)).isEqualTo(tree);
    limits(tgz, zip);
    endsEarly(tgz, zip);
  }

  /** Letters of a script, from the first to the last, make words; all reports share a number. */
  @ParameterizedTest
  @CsvSource({
    "0x430, 0x44f",
    "0x3b1, 0x3c9",
    "0x627, 0x64a",
    "0x905, 0x939",
    "0xac00, 0xd7a3",
    "0x4e00, 0x9fff",
    "0xe01, 0xe2e",
    "0x3041, 0x3096",
    "0x61, 0x7a"
  })
  void keepsEveryOneOfReportsThatShareANumberAlone(String first, String last) throws Exception {
    int from = Integer.decode(first);
    Random random = new Random(from);
    StringBuilder csv = new StringBuilder("id,patient,findings,impression\n");
    for (int i = 0; i < 40; i++) {
      csv.append("r" + i + ",p" + i);
      for (int words : new int[] {12, 4}) {
        csv.append(",12 mm");
        for (int w = 0; w < words; w++) {
          csv.append(' ');
          random
              .ints(5, from, Integer.decode(last) + 1)
              .forEach(letter -> csv.appendCodePoint(letter));
        }
      }
      csv.append('\n');
    }
    Files.writeString(dir.resolve("reports.csv"), csv);
    run("script", "--reports", dir.resolve("reports.csv"), "--set", "reports.patient=patient");
    JsonNode counts = counts(dir.resolve("out/script"));
    assertThat(counts.get("read").asInt()).isEqualTo(40);
    int kept = 0;
    for (String split : List.of("train", "validate", "test")) {
      kept += counts.get(split).asInt();
    }
    assertThat(kept).as(counts.toString()).isEqualTo(40);
  }

  @Test
  void namesTheLocaleThatCannotExpressAFile() throws Exception {
    Path reports = Files.createDirectories(dir.resolve("given"));
    // Not by this process, whose locale may not express the name either.
    String write =
        "printf 'id,findings,impression\\n1,Clear lungs.,Normal.\\n' > R$'\\303\\266'ntgen.csv";
    new ProcessBuilder("bash", "-c", write).directory(reports.toFile()).start().waitFor();
    for (String locale : List.of("C", "C.UTF-8")) {
      List<String> command = new ArrayList<>(JobProcess.command(IngestJob.class, "1g", List.of()));
      command.addAll(List.of("--reports", reports.toString(), "--run-id", "r", "--out"));
      command.add(dir.resolve("out").toString());
      command.addAll(List.of("--set", "reject { max-share = 1, allow-empty-train = true }"));
      Path said = dir.resolve("said");
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().put("LC_ALL", locale);
      int code = builder.redirectOutput(said.toFile()).start().waitFor();
      assertThat(code).as(locale).isEqualTo(locale.equals("C") ? 3 : 0);
      if (code == 3) {
        assertThat(Files.readString(said)).contains("the locale C ", "set LC_ALL=C.UTF-8");
      }
    }
  }

  private void limits(Path tgz, Path zip) throws Exception {
    run("few", "--mimic-cxr", tgz, "--openi-xml", openi, "--limit", 7);
    assertThat(counts(dir.resolve("out/few")).get("read").asInt()).isEqualTo(14);
    Map<String, String> tree = run("ten", "--mimic-cxr", mimic, "--limit", 10);
    assertThat(run("ten2", "--mimic-cxr", zip, "--limit", 10)).isEqualTo(tree);
  }

  private void endsEarly(Path tgz, Path zip) throws Exception {
    for (Path whole : List.of(tgz, zip)) {
      byte[] bytes = Files.readAllBytes(whole);
      for (int length : List.of(bytes.length / 3, bytes.length - 1, 40, 1, 0)) {
        Path cut = Files.write(mimic.resolve("cut"), Arrays.copyOf(bytes, length));
        fails(ExitCode.INPUT, "--mimic-cxr: ", "--mimic-cxr", cut);
      }
    }
  }

  /** The tree's reports, whole or in sections, as a hospital's export has them. */
  @Test
  void readsTablesAsTheTree() throws Exception {
    Map<String, String> tree = run("tree", "--mimic-cxr", mimic);
    List<String> rows = new ArrayList<>();
    List<String> flush = new ArrayList<>();
    try (Stream<Path> files = Files.walk(mimic.resolve("files"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        ObjectNode row = Json.mapper().createObjectNode();
        String name = file.getFileName().toString();
        row.put("study", Integer.parseInt(name.substring(1, name.indexOf('.'))));
        row.put("who", file.getParent().getFileName().toString());
        row.put("report", Files.readString(file));
        row.putObject("other").put("report", "x");
        rows.add(row.toString());
        row.put("report", Files.readString(file).replace("\n ", "\r\n"));
        flush.add(row.toString());
      }
    }
    List<Object> mapping =
        new ArrayList<>(
            List.of(
                "--set",
                "reports {source = mimic-cxr, id = study, patient = who, text = report}",
                "--split-file",
                "mimic-cxr=" + mimic.resolve("mimic-cxr-2.0.0-split.csv.gz")));
    Path jsonl = Files.write(dir.resolve("reports.jsonl"), rows);
    assertThat(run("jsonl", with(mapping, jsonl))).isEqualTo(tree);
    Path gz = dir.resolve("reports.csv.gz");
    SparkSession spark = SparkSession.active();
    Path parquet = dir.resolve("parquet");
    spark
        .read()
        .json(jsonl.toString())
        .drop("other")
        .repartition(3)
        .write()
        .mode(SaveMode.Overwrite)
        .parquet(parquet.toString());
    assertThat(run("parquet", with(mapping, parquet))).isEqualTo(tree);
    run("some", with(mapping, parquet, "--limit", 70));
    assertThat(counts(dir.resolve("out/some")).get("read").asInt()).isEqualTo(70);
    try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(gz))) {
      out.write(csv(rows).getBytes(StandardCharsets.UTF_8));
    }
    assertThat(run("csv", with(mapping, gz, "--set", "reports.delimiter=;"))).isEqualTo(tree);
    Path indented = Files.write(dir.resolve("flush.jsonl"), flush);
    assertThat(run("flush", with(mapping, indented, "--set", "reports.indent-lines=true")))
        .isEqualTo(tree);
  }

  private static String csv(List<String> rows) throws Exception {
    StringBuilder csv = new StringBuilder("who;report;study\r\n");
    for (String line : rows) {
      JsonNode row = Json.mapper().readTree(line);
      csv.append(row.get("who").asText())
          .append(";\"")
          .append(row.get("report").asText().replace("\"", "\"\""))
          .append("\";")
          .append(row.get("study").asText())
          .append("\r\n");
    }
    return csv.toString();
  }

  /** A dataset read again, split by its own column, is the dataset. */
  @Test
  void readsADatasetBack() throws Exception {
    run("first", "--openi-xml", openi, "--split-file", "openi=" + openi.resolve("split.csv"));
    Path run = dir.resolve("out/first");
    List<String> rows = new ArrayList<>();
    for (String split : List.of("train", "validate", "test")) {
      for (JsonNode node : split(run, split)) {
        rows.add(((ObjectNode) node).put("part", split).toString());
      }
    }
    Path file = Files.write(dir.resolve("again.jsonl"), rows);
    Object[] mapping = {
      "--reports",
      file,
      "--set",
      "reports {source = openi, patient = patient, label = label, split = part, indication = indication,"
          + " comparison = comparison, technique = technique, history = history}"
    };
    run("again", mapping);
    for (String split : List.of("train", "validate", "test")) {
      String name = "jsonl/" + split + ".jsonl";
      Path again = dir.resolve("out/again").resolve(name);
      assertThat(Files.exists(again)).isEqualTo(Files.exists(run.resolve(name)));
      if (Files.exists(again)) {
        assertThat(again).hasSameBinaryContentAs(run.resolve(name));
      }
    }
    Files.write(
        file,
        List.of(
            rows.get(0).replaceFirst("CXR[0-9]+", "CXR9999"),
            rows.get(0).replace("\"part\":\"train\"", "\"part\":\"test\"")));
    fails(ExitCode.INPUT, "puts into more than one split: openi/CXR", mapping);
  }

  @Test
  void saysWhichColumnsAreMissingAndWhichSettingsNameThem() throws Exception {
    Path csv = Files.writeString(dir.resolve("x.csv"), "id,Findings,impression\n1,f,i\n");
    fails(
        ExitCode.INPUT,
        "x.csv has no column of text, numbers or dates named findings (reports.findings); its"
            + " columns are id, Findings, impression",
        "--reports",
        csv);
    Files.write(csv, "id,findings,impression\n1,f,i\n".getBytes(StandardCharsets.UTF_16LE));
    fails(ExitCode.INPUT, "has a header that cannot be read: binary", "--reports", csv);
    fails(ExitCode.INPUT, "has a header that cannot be read: binary", "--openi-csv", csv);
    Files.write(csv, new byte[0]);
    fails(ExitCode.INPUT, "x.csv is empty", "--reports", csv);
    Files.writeString(csv, "PAR1 and then nothing that a Parquet file has");
    fails(ExitCode.INPUT, "--reports: cannot read", "--reports", csv);
    fails(
        ExitCode.USAGE,
        "reports.id must name a column; reports.findings must name a column",
        "--reports",
        csv,
        "--set",
        "reports {id = \"\", findings = \"\"}");
    fails(
        ExitCode.USAGE,
        "both reports.split and --split-file",
        "--reports",
        csv,
        "--set",
        "reports.split=s",
        "--split-file",
        "reports=" + csv);
    fails(
        ExitCode.USAGE,
        "section.repeated must be one of [first, last], not middle",
        "--reports",
        csv,
        "--set",
        "section.repeated=middle");
  }

  @Test
  void plansWithoutWriting() throws Exception {
    Path zip = Archives.zip(mimic.resolve("files"), "files/", mimic.resolve("a.zip"));
    run("none", "--mimic-cxr", zip, "--openi-xml", openi, "--dry-run");
    assertThat(dir.resolve("out")).doesNotExist();
    Path csv = Files.writeString(dir.resolve("x.csv"), "a,b\n");
    fails(ExitCode.INPUT, "has no column", "--reports", csv, "--dry-run");
    Path split = Files.writeString(dir.resolve("s.csv"), "id,split\n1,train\n1,test\n");
    fails(
        ExitCode.INPUT,
        "into more than one split",
        "--openi-xml",
        openi,
        "--split-file",
        "openi=" + split,
        "--dry-run");
  }

  private static Object[] with(List<Object> mapping, Path reports, Object... more) {
    List<Object> all = new ArrayList<>(mapping);
    all.addAll(List.of("--reports", reports));
    all.addAll(List.of(more));
    return all.toArray();
  }

  /** The dataset that a run writes, without what names its inputs. */
  private Map<String, String> run(String id, Object... args) throws Exception {
    List<String> flags = new ArrayList<>();
    for (Object arg : args) {
      flags.add(arg.toString());
    }
    flags.addAll(List.of("--out", dir.resolve("out").toString(), "--run-id", id));
    ingest(2, flags.toArray(String[]::new));
    Map<String, String> texts = new TreeMap<>();
    for (String name : DATA) {
      Path file = dir.resolve("out/" + id).resolve(name);
      texts.put(name, Files.exists(file) ? Files.readString(file) : "");
    }
    return texts;
  }

  private void fails(ExitCode code, String message, Object... args) {
    assertThatThrownBy(() -> run("none", args))
        .isInstanceOfSatisfying(JobFailure.class, e -> assertThat(e.exitCode()).isEqualTo(code))
        .hasMessageContaining(message);
  }
}
