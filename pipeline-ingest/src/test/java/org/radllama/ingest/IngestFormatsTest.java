package org.radllama.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.radllama.catalog.PinnedTable;
import org.radllama.catalog.TableFormats;
import org.radllama.catalog.TableName;
import org.radllama.run.ExitCode;
import org.radllama.run.JobFailure;
import org.radllama.run.Json;

/** Reports in tables that have versions: Iceberg's and Delta's. */
class IngestFormatsTest extends IngestTestBase {
  private static final String ROWS =
      "SELECT id + 1000 AS accession, concat('P', id % 20) AS mrn,"
          + " concat('FINDINGS: The lungs are clear and number ', id, ' of the hearts seen here is normal in size.\\n"
          + "IMPRESSION: No disease, case ', id, '.') AS report FROM range(FROM, TO)";

  @TempDir Path dir;
  private TableFormats formats;
  private SparkSession spark;

  @BeforeEach
  void start() {
    formats = TableFormats.start(dir.resolve("tables"));
    spark = formats.spark();
  }

  @AfterEach
  void stop() {
    if (formats != null) {
      formats.close();
    }
  }

  private static String rows(int from, int to) {
    return ROWS.replace("FROM, TO", from + ", " + to);
  }

  /** Two versions, of 60 and of 90 rows; then the first one's rows are deleted. */
  private List<Long> versions(String table, String format) {
    spark.sql("CREATE TABLE " + table + " USING " + format + " AS " + rows(0, 60));
    spark.sql("INSERT INTO " + table + " " + rows(60, 90));
    spark.sql("DELETE FROM " + table + " WHERE accession < 1060");
    return format.equals("delta")
        ? List.of(0L, 1L, 2L)
        : spark
            .sql("SELECT snapshot_id FROM " + table + ".snapshots ORDER BY committed_at")
            .collectAsList()
            .stream()
            .map(row -> row.getLong(0))
            .toList();
  }

  private Path run(String out, String flag, String reports) throws Exception {
    ingest(
        2,
        "--out",
        dir.resolve(out).toString(),
        "--run-id",
        "run",
        flag,
        reports,
        "--set",
        "reports { id = accession, patient = mrn, text = report }",
        "--set",
        "dedup { near = false, exact = false, leakage = mark }");
    return dir.resolve(out).resolve("run");
  }

  private static Map<String, String> published(Path run) throws Exception {
    Map<String, String> digests = digests(run);
    assertThat(digests.remove("manifest.json")).isNotNull();
    return digests;
  }

  @ParameterizedTest
  @CsvSource({"lake.ward.reports, iceberg", "ward.reports, delta"})
  void aVersionIsReadWhateverWasWrittenLater(String table, String format) throws Exception {
    List<Long> versions = versions(table, format);
    spark.sql(rows(0, 60)).repartition(1).write().parquet(dir.resolve("first").toString());
    spark.sql(rows(0, 90)).repartition(1).write().parquet(dir.resolve("second").toString());
    spark.sql(rows(60, 90)).repartition(1).write().parquet(dir.resolve("newest").toString());
    Path first = run("first-run", "--reports-table", table + "@" + versions.get(0));
    Path second = run("second-run", "--reports-table", table + "@" + versions.get(1));
    Path newest = run("newest-run", "--reports-table", table);
    assertThat(counts(first).get("read").asInt()).isEqualTo(60);
    assertThat(published(first)).isEqualTo(published(run("f", "--reports", dir + "/first")));
    assertThat(published(second)).isEqualTo(published(run("s", "--reports", dir + "/second")));
    assertThat(published(newest)).isEqualTo(published(run("n", "--reports", dir + "/newest")));
    JsonNode input =
        Json.mapper().readTree(newest.resolve("manifest.json").toFile()).at("/inputs/0");
    assertThat(input.get("version").asText())
        .startsWith(
            format.equals("delta")
                ? "delta version 2 of table "
                : "iceberg snapshot " + versions.get(2));
    assertThat(newest.resolve("timings.json"))
        .content()
        .contains("\"" + table + "@" + versions.get(2) + "\"");
  }

  @ParameterizedTest
  @CsvSource({"lake.ward.reports, iceberg", "ward.reports, delta"})
  void aRunIdStandsForOneVersion(String table, String format) throws Exception {
    List<Long> versions = versions(table, format);
    Path run = run("out", "--reports-table", table);
    // The newest by its number is the same.
    assertThat(run("out", "--reports-table", table + "@" + versions.get(2))).isEqualTo(run);
    for (String other : List.of(table + "@" + versions.get(0), table + "@" + versions.get(1))) {
      assertThatThrownBy(() -> run("out", "--reports-table", other))
          .isInstanceOfSatisfying(
              JobFailure.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.TAKEN))
          .hasMessageContaining("input reports-table");
    }
    spark.sql("INSERT INTO " + table + " " + rows(90, 91));
    assertThatThrownBy(() -> run("out", "--reports-table", table))
        .hasMessageContaining("input reports-table");
  }

  @ParameterizedTest
  @CsvSource({"lake.ward.reports, iceberg", "ward.reports, delta"})
  void whatIsCommittedMeanwhileIsNotRead(String table, String format) throws Exception {
    versions(table, format);
    PinnedTable pinned = PinnedTable.of(spark, "--reports-table", TableName.of("", table));
    spark.sql("INSERT INTO " + table + " " + rows(90, 95));
    assertThat(pinned.rows().count()).isEqualTo(30);
    assertThat(spark.table(table).count()).isEqualTo(35);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lake.ward.reports@5", "ward.reports@5"})
  void aVersionThatIsNotThereIsNamed(String table) {
    versions("lake.ward.reports", "iceberg");
    versions("ward.reports", "delta");
    assertThatThrownBy(() -> run("out", "--reports-table", table))
        .isInstanceOfSatisfying(
            JobFailure.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.INPUT))
        .hasMessageMatching(
            "--reports-table: \\S+ has no (snapshot|version) 5: it may have expired");
  }

  @ParameterizedTest
  @ValueSource(strings = {"lake.ward.empty"})
  void aTableWithoutASnapshotIsEmpty(String table) {
    spark.sql(
        "CREATE TABLE " + table + " (accession bigint, mrn string, report string) USING iceberg");
    assertThatThrownBy(() -> run("out", "--reports-table", table))
        .hasMessage("--reports-table: lake.ward.empty has no snapshot yet: nothing was written");
  }
}
