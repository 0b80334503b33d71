package org.radllama.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.dataset.InstructionDataset;
import org.radllama.dataset.Split;
import org.radllama.ingest.synthetic.SyntheticCorpus;
import org.radllama.run.Digests;
import org.radllama.run.ExitCode;
import org.radllama.run.JobFailure;
import org.radllama.run.Json;

/** Synthetic corpora in both layouts through the whole job. */
class IngestEndToEndTest extends IngestTestBase {
  private static final String CANARY = "zebrafinch";

  @TempDir Path dir;
  private Path mimic;
  private Path openi;

  @BeforeEach
  void write() throws Exception {
    mimic = dir.resolve("mimic-cxr");
    openi = dir.resolve("openi");
    new SyntheticCorpus(3).writeMimicCxr(mimic, 240);
    new SyntheticCorpus(3).writeOpenI(openi, 90);
  }

  private IngestResult both(int parallelism, String out, String... more) throws Exception {
    List<String> args =
        new ArrayList<>(
            List.of(
                "--mimic-cxr",
                mimic.toString(),
                "--openi-xml",
                openi.toString(),
                "--split-file",
                "openi=" + openi.resolve("split.csv"),
                "--set",
                "publish.rows-per-part=50",
                "--out",
                dir.resolve(out).toString(),
                "--run-id",
                "r"));
    args.addAll(List.of(more));
    return ingest(parallelism, args.toArray(String[]::new));
  }

  @Test
  void writesTheSameBytesWhateverThePartitions() throws Exception {
    both(1, "a");
    stopSpark();
    both(7, "b");
    Path run = dir.resolve("a/r");
    assertThat(digests(run)).isEqualTo(digests(dir.resolve("b/r")));
    assertThat(dir.resolve("a/_work")).isEmptyDirectory();
    try (Stream<Path> files = Files.walk(run)) {
      assertThat(files.map(f -> f.getFileName().toString())).noneMatch(n -> n.endsWith(".crc"));
    }
    sumsUp(counts(run));
    agrees(run);
    describes(run);
  }

  private static void sumsUp(JsonNode counts) {
    assertThat(counts.get("read").asInt()).isEqualTo(330);
    assertThat(counts.get("rejected").get("no_findings").asInt()).isEqualTo(6);
    long others = 0;
    for (String key : List.of("train", "validate", "test", "rejected", "duplicates")) {
      JsonNode value = counts.get(key);
      others += value.asLong();
      for (JsonNode part : value) {
        others += part.asLong();
      }
    }
    assertThat(others).isEqualTo(330);
  }

  /** JSONL, Parquet and the reading side see the same records in the same order. */
  private static void agrees(Path run) throws Exception {
    Set<String> seen = new HashSet<>();
    Map<String, String> patients = new HashMap<>();
    for (Split split : Split.values()) {
      List<JsonNode> lines = lines(run.resolve("jsonl/" + split.label() + ".jsonl"));
      assertThat(lines).isNotEmpty();
      List<Row> rows =
          SparkSession.active()
              .read()
              .parquet(run.resolve("parquet/split=" + split.label()).toString())
              .collectAsList();
      assertThat(rows).hasSameSizeAs(lines);
      for (JsonNode line : lines) {
        assertThat(seen.add(line.get("id").asText())).isTrue();
        assertThat(line.get("input").asText())
            .isEqualTo("Findings: " + line.get("findings").asText());
        String patient = line.get("source").asText() + line.get("patient").asText();
        assertThat(patients.merge(patient, split.label(), (a, b) -> a)).isEqualTo(split.label());
      }
      if (split == Split.TEST) {
        assertThat(rows.stream().map(r -> r.getString(0)).toList())
            .isEqualTo(lines.stream().map(l -> l.get("id").asText()).toList());
      }
      assertThat(InstructionDataset.open(new Configuration(), run.toString()).read(split))
          .hasSameSizeAs(lines);
    }
  }

  private static void describes(Path run) throws Exception {
    JsonNode croissant = Json.mapper().readTree(run.resolve("croissant.json").toFile());
    assertThat(croissant.get("conformsTo").asText())
        .isEqualTo("http://mlcommons.org/croissant/1.1");
    for (JsonNode file : croissant.get("distribution")) {
      if (file.has("sha256")) {
        assertThat(Digests.sha256(Files.readAllBytes(run.resolve(file.get("contentUrl").asText()))))
            .isEqualTo(file.get("sha256").asText());
      }
    }
    String[] columns =
        SparkSession.active()
            .read()
            .parquet(run.resolve("parquet/split=test").toString())
            .columns();
    assertThat(croissant.at("/recordSet/1/field").findValuesAsText("column"))
        .containsExactly(columns);
    String card = Files.readString(run.resolve("card.html"));
    assertThat(card).contains("no_findings", "CC BY-NC-ND 4.0", "<svg").doesNotContain("pleural");
  }

  @Test
  void doesNothingTwiceAndRefusesAnotherConfigurationUnderTheSameName() throws Exception {
    assertThat(both(2, "a").directory()).isPresent();
    Map<String, String> before = digests(dir.resolve("a/r"));
    assertThat(both(2, "a").directory()).isEmpty();
    assertThat(digests(dir.resolve("a/r"))).isEqualTo(before);
    fails(ExitCode.TAKEN, () -> both(2, "a", "--limit", "5"), "(setting limit)");
    both(2, "b", "--limit", "5", "--show-text");
    assertThat(counts(dir.resolve("b/r")).get("read").asInt()).isEqualTo(10);
    assertThat(Files.readString(dir.resolve("b/r/card.html"))).contains("patient data", "pleural");
  }

  @Test
  void refusesWhatIsNoCorpus() throws Exception {
    Path csv = Files.writeString(dir.resolve("x.csv"), "a,b\n1,2\n");
    String out = dir.resolve("out").toString();
    fails(
        ExitCode.INPUT,
        () -> ingest(2, "--openi-csv", csv.toString(), "--out", out),
        "neither of the known headers");
    fails(
        ExitCode.INPUT,
        () -> ingest(2, "--mimic-cxr", openi.toString(), "--out", out),
        "no report in",
        "expected files/p10");
    fails(
        ExitCode.INPUT,
        () -> ingest(2, "--openi-xml", dir.resolve("none").toString(), "--out", out),
        "no such file or directory");
    fails(ExitCode.USAGE, () -> ingest(2, "--openi-xml", openi.toString()), "--out DIR is missing");
  }

  @Test
  void dryRunsWritingNothing() throws Exception {
    both(2, "a", "--dry-run");
    assertThat(dir.resolve("a")).doesNotExist();
  }

  @Test
  void refusesAPatientInTwoSplits() throws Exception {
    Path split = dir.resolve("split.csv");
    Files.writeString(split, "id,split\n50000000,train\n50000001,test\n");
    fails(
        ExitCode.INPUT,
        () -> both(2, "a", "--split-file", "mimic-cxr=" + split),
        "mimic-cxr/p10000000 (test, train)");
    assertThat(dir.resolve("a/r")).doesNotExist();
  }

  @Test
  void splitsBySeedAndPatientWithoutASplitFile() throws Exception {
    Files.delete(mimic.resolve("mimic-cxr-2.0.0-split.csv.gz"));
    fails(
        ExitCode.INPUT,
        () -> both(2, "a"),
        "no mimic-cxr-2.0.0-split.csv.gz in",
        "--split-file mimic-cxr=FILE",
        "split.mimic-cxr-by-seed = true");
    assertThat(dir.resolve("a/r")).doesNotExist();
    both(
        2,
        "a",
        "--set",
        "split.mimic-cxr-by-seed=true",
        "--set",
        "split.test-fraction=0.2",
        "--set",
        "split.validate-fraction=0.2");
    agrees(dir.resolve("a/r"));
  }

  @Test
  void refusesBadValuesTogether() {
    fails(
        ExitCode.USAGE,
        () ->
            ingest(
                2,
                "--split-file",
                "x",
                "--set",
                "split.test-fraction=2",
                "--set",
                "clean.min-findings-words=-1"),
        "no source",
        "--split-file wants SOURCE=FILE",
        "split.test-fraction must be between 0 and 1",
        "clean.min-findings-words must be at least 0");
  }

  @Test
  void rejectsRepeatedIdsButTheFirst() throws Exception {
    Path twin = Files.createDirectories(openi.resolve("more"));
    Files.copy(openi.resolve("ecgen-radiology/5.xml"), twin.resolve("5b.xml"));
    both(2, "a");
    List<JsonNode> rejected =
        lines(dir.resolve("a/r/rejected.jsonl")).stream()
            .filter(n -> n.get("reason").asText().equals("duplicate_id"))
            .toList();
    assertThat(rejected).hasSize(1);
    assertThat(rejected.get(0).get("id").asText()).isEqualTo("openi/CXR5");
  }

  /** Words of a malformed report turn up nowhere, and too many such reports stop the job. */
  @Test
  void letsNoWordOfAMalformedReportOut() throws Exception {
    Path study = mimic.resolve("files/p10/p10000000/s50000000.txt");
    byte[] bytes = (" X\n FINDINGS: " + CANARY + " \u00e9").getBytes(StandardCharsets.ISO_8859_1);
    Files.write(study, bytes);
    Files.createDirectories(study.resolveSibling("s59999999.txt"));
    Files.write(study.resolveSibling("s59999998.txt"), new byte[(1 << 20) + 1]);
    Files.writeString(
        openi.resolve("ecgen-radiology/7.xml"),
        "<eCitation><uId id='7'/><AbstractText Label='FINDINGS'>%1$s &%1$s; <%1$s x=>"
            .formatted(CANARY));
    Path csv = dir.resolve("o.csv");
    Files.writeString(
        csv, "ids,finding,impression\n1,%1$s,%1$s,%1$s\n,%1$s,x\n3,\"%1$s".formatted(CANARY));
    try (CapturedLog log = new CapturedLog()) {
      both(2, "a");
      fails(
          ExitCode.INPUT,
          () -> ingest(2, "--openi-csv", csv.toString(), "--out", dir.resolve("c").toString()),
          "3 of 3 records could not be read",
          "read.max-unreadable-share");
      ingest(
          2,
          "--openi-csv",
          csv.toString(),
          "--set",
          "reject.allow-empty-train=true",
          "--set",
          "read.max-unreadable-share=1",
          "--out",
          dir.resolve("c").toString(),
          "--run-id",
          "c");
      assertThat(log.text()).isNotEmpty().doesNotContain(CANARY);
    }
    for (String run : List.of("a/r", "c/c")) {
      try (Stream<Path> files = Files.walk(dir.resolve(run))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
              .as(file.toString())
              .doesNotContain(CANARY);
        }
      }
    }
    JsonNode rejected = counts(dir.resolve("a/r")).get("rejected");
    assertThat(rejected.get("not_utf8").asInt()).isEqualTo(1);
    assertThat(rejected.get("unreadable").asInt()).isEqualTo(1);
    assertThat(rejected.get("too_large").asInt()).isEqualTo(1);
    assertThat(rejected.get("malformed_xml").asInt()).isEqualTo(1);
  }

  private interface Body {
    void run() throws Exception;
  }

  private static void fails(ExitCode code, Body body, String... messages) {
    assertThatThrownBy(body::run)
        .isInstanceOfSatisfying(JobFailure.class, e -> assertThat(e.exitCode()).isEqualTo(code))
        .message()
        .contains(messages)
        .doesNotContain(CANARY);
  }
}
