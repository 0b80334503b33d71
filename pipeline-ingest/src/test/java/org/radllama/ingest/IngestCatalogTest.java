package org.radllama.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.radllama.text.Format.format;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.radllama.run.ExitCode;
import org.radllama.run.JobFailure;
import org.radllama.run.Json;

/** Reports in tables of Spark's own catalog. */
class IngestCatalogTest extends IngestTestBase {
  private static final String ROWS =
      "SELECT id + 1000 AS accession, concat('P', id %% 20) AS mrn,"
          + " concat('FINDINGS: The lungs are clear and number ', id, ' of the hearts seen here is normal in size.\\n"
          + "IMPRESSION: No disease, case ', id, '.') AS report,"
          + " date_add(date'2150-01-01', cast(id AS int)) AS seen FROM range(%d)";

  @TempDir Path dir;
  private SparkSession spark;

  @BeforeEach
  void start() {
    spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.default.parallelism", 2)
            .config("spark.sql.warehouse.dir", dir.resolve("warehouse").toUri().toString())
            .config("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS")
            .config("spark.sql.catalog.lake", "org.apache.iceberg.spark.SparkCatalog")
            .getOrCreate();
    spark.sql("CREATE DATABASE ward");
  }

  private static String rows(int n) {
    return format(ROWS, n);
  }

  private Path run(String out, String... args) throws Exception {
    List<String> all = new ArrayList<>(List.of("--out", dir.resolve(out).toString()));
    all.addAll(List.of("--run-id", "run"));
    all.addAll(List.of("--set", "reports { id = accession, patient = mrn, text = report }"));
    all.addAll(List.of("--set", "dedup { near = false, exact = false, leakage = mark }"));
    all.addAll(Arrays.asList(args));
    ingest(2, all.toArray(String[]::new));
    return dir.resolve(out).resolve("run");
  }

  private static JsonNode input(Path run) throws IOException {
    JsonNode inputs = manifest(run).get("inputs");
    assertThat(inputs).hasSize(1);
    return inputs.get(0);
  }

  private static JsonNode manifest(Path run) throws IOException {
    return Json.mapper().readTree(run.resolve("manifest.json").toFile());
  }

  private static Map<String, String> published(Path run) throws IOException {
    Map<String, String> digests = digests(run);
    assertThat(digests.remove("manifest.json")).isNotNull();
    return digests;
  }

  @Test
  void aTableMakesTheDatasetThatItsRowsInAParquetFileMake() throws Exception {
    spark.sql("CREATE TABLE ward.reports USING parquet AS " + rows(200));
    spark.sql(rows(200)).repartition(1).write().parquet(dir.resolve("file").toString());
    Path table = run("table", "--reports-table", "ward.reports");
    assertThat(counts(table).get("read").asInt()).isEqualTo(200);
    assertThat(counts(table).get("train").asInt()).isGreaterThan(100);
    assertThat(published(table)).isEqualTo(published(run("file-run", "--reports", dir + "/file")));
    assertThat(input(table).get("name").asText()).isEqualTo("reports-table");
    assertThat(input(table).get("rows").asInt()).isEqualTo(200);
    assertThat(input(table).get("sha256").asText()).matches("[0-9a-f]{64}");
    // By its place as any other input, apart from what decides.
    assertThat(table.resolve("timings.json")).content().contains("\"ward.reports\"");
  }

  /** With ids twice, and rows that cannot be read. */
  @Test
  void theOrderOfTheRowsAndTheFilesThatHoldThemDecideNothing() throws Exception {
    String odd =
        rows(100)
            + " UNION ALL SELECT accession, mrn, concat(report, ' Again.'), seen FROM ("
            + rows(7)
            + ") UNION ALL SELECT null, 'P1', 'no id', null"
            + " UNION ALL SELECT 5000, 'P1', cast(unhex('46ff') AS string), null"
            + " UNION ALL SELECT 5001, 'P1', repeat('x', 2000), null";
    spark.sql(odd).repartition(1).write().saveAsTable("ward.one");
    spark
        .sql(odd)
        .orderBy(functions.expr("hash(accession, report)"))
        .repartition(7)
        .write()
        .format("json")
        .saveAsTable("ward.many");
    spark.sql("CREATE VIEW ward.seen AS SELECT * FROM ward.one");
    String[] wide = {"--set", "read { max-unreadable-share = 1, max-report-bytes = 1 KiB }"};
    Path one =
        run(
            "a",
            Stream.concat(Stream.of("--reports-table", "ward.one"), Stream.of(wide))
                .toArray(String[]::new));
    assertThat(counts(one).get("rejected").toString())
        .isEqualTo("{\"too_large\":1,\"not_utf8\":1,\"missing_id\":1,\"duplicate_id\":7}");
    Path view =
        run(
            "b",
            Stream.concat(Stream.of("--reports-table", "ward.seen"), Stream.of(wide))
                .toArray(String[]::new));
    assertThat(published(view)).isEqualTo(published(one));
    assertThat(input(view)).isEqualTo(input(one));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cast(12 AS tinyint) | 12",
        "cast(1000.2500 AS decimal(12,4)) | 1000.25",
        "cast(501.0 AS double) | 501",
        "date'2150-01-02' | 2150-01-02",
        "timestamp'2150-01-02 10:00:00.5' | 2150-01-02T10:00:00.5Z",
        "timestamp_ntz'2150-01-02 10:00:00' | 2150-01-02T10:00:00",
        "cast('a-7' AS binary) | a-7"
      })
  void idsAreReadAsThoseOfParquetFiles(String value, String id) throws Exception {
    String[] all = {"--set", "split.test-fraction = 0"};
    Path table = ofOneRow(value, "table", "--reports-table", "ward.one", all);
    assertThat(ids(table, "train")).containsExactly("reports/" + id);
    assertThat(digests(ofOneRow(value, "file", "--reports", dir + "/one", all)))
        .containsAllEntriesOf(published(table));
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "array('a')", "named_struct('a', 'b')"})
  void otherTypesCountAsAbsent(String value) {
    assertThatThrownBy(() -> ofOneRow(value, "table", "--reports-table", "ward.one"))
        .hasMessageContaining("has no column of text, numbers or dates named accession");
    assertThatThrownBy(() -> ofOneRow(value, "file", "--reports", dir + "/one"))
        .hasMessageContaining("has no column of text, numbers or dates named accession");
  }

  /** A run of a table or file of one row. */
  private Path ofOneRow(String id, String out, String flag, String reports, String... more)
      throws Exception {
    String select = "SELECT " + id + " AS accession, mrn, report FROM (" + rows(1) + ")";
    if (flag.equals("--reports-table")) {
      spark.sql(select).write().saveAsTable(reports);
    } else {
      spark.sql(select).repartition(1).write().parquet(reports);
    }
    return run(
        out, Stream.concat(Stream.of(flag, reports), Stream.of(more)).toArray(String[]::new));
  }

  @Test
  void aRunIdStandsForTheRowsThatWereRead() throws Exception {
    spark.sql("CREATE TABLE ward.reports USING parquet AS " + rows(60));
    Path run = run("out", "--reports-table", "ward.reports");
    String before = Files.readString(run.resolve("manifest.json"));
    run("out", "--reports-table", "spark_catalog.ward.reports");
    spark.sql("INSERT INTO ward.reports " + rows(61).replace("range(61)", "range(60, 61)"));
    assertThatThrownBy(() -> run("out", "--reports-table", "ward.reports"))
        .isInstanceOfSatisfying(
            JobFailure.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.TAKEN))
        .hasMessageContaining("input reports-table");
    assertThat(run.resolve("manifest.json")).hasContent(before);
  }

  @Test
  void theFirstRowsAreThoseOfTheFirstIds() throws Exception {
    spark.sql("CREATE TABLE ward.reports USING parquet AS " + rows(60) + " ORDER BY id DESC");
    Path run = run("out", "--reports-table", "ward.reports", "--limit", "20");
    assertThat(counts(run).get("read").asInt()).isEqualTo(20);
    assertThat(
            Stream.of("train", "validate", "test")
                .flatMap(split -> ids(run, split).stream())
                .sorted())
        .first()
        .isEqualTo("reports/1000");
    assertThat(
            Stream.of("train", "validate", "test")
                .flatMap(split -> ids(run, split).stream())
                .sorted()
                .toList())
        .hasSize(20)
        .last()
        .isEqualTo("reports/1019");
  }

  private static List<String> ids(Path run, String split) {
    try {
      return split(run, split).stream().map(line -> line.get("id").asText()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void fails(ExitCode code, String message, String... args) {
    assertThatThrownBy(() -> run("failing", args))
        .isInstanceOfSatisfying(JobFailure.class, e -> assertThat(e.exitCode()).isEqualTo(code))
        .hasMessageContaining(message)
        .hasMessageNotContaining("lungs");
    assertThat(dir.resolve("failing/run")).doesNotExist();
  }

  @Test
  void whatIsWrongIsSaid() throws Exception {
    spark.sql("CREATE TABLE ward.reports USING parquet AS " + rows(20));
    fails(
        ExitCode.INPUT,
        "no such table or database: ward.nothing",
        "--reports-table",
        "ward.nothing");
    fails(ExitCode.INPUT, "no such table or database: nowhere.t", "--reports-table", "nowhere.t");
    fails(
        ExitCode.INPUT,
        "there is no catalog attic: spark.sql.catalog.attic is not set",
        "--reports-table",
        "attic.ward.reports");
    fails(
        ExitCode.INPUT,
        "named narrative (reports.text); its columns are accession, mrn, report, seen",
        "--reports-table",
        "ward.reports",
        "--set",
        "reports.text=narrative");
    fails(ExitCode.USAGE, "must be [CATALOG.]DB.TABLE", "--reports-table", "reports");
    fails(
        ExitCode.USAGE,
        "tables of the format parquet have no versions here; leave @3 out",
        "--reports-table",
        "ward.reports@3");
    fails(
        ExitCode.USAGE,
        "exclude each other",
        "--reports-table",
        "ward.reports",
        "--reports",
        dir.toString());
    fails(
        ExitCode.USAGE,
        "reports.format is of files",
        "--reports-table",
        "ward.reports",
        "--set",
        "reports.format=hl7");
    fails(
        ExitCode.RESOURCES,
        "(org.apache.iceberg.spark.SparkCatalog): add it by --packages org.apache.iceberg:iceberg-spark-runtime-",
        "--reports-table",
        "lake.ward.reports");
  }

  @Test
  void aDamagedFileIsNamedByItsTable() throws Exception {
    spark.sql("CREATE TABLE ward.reports USING parquet AS " + rows(20));
    List<Path> files;
    try (Stream<Path> all = Files.walk(dir.resolve("warehouse"))) {
      files = all.filter(file -> file.toString().endsWith(".parquet")).toList();
    }
    assertThat(files).isNotEmpty();
    for (Path file : files) {
      Files.writeString(file, "FINDINGS: The lungs are clear.");
    }
    spark.sql("REFRESH TABLE ward.reports");
    fails(
        ExitCode.INPUT,
        "a file of ward.reports is missing or damaged",
        "--reports-table",
        "ward.reports");
  }
}
