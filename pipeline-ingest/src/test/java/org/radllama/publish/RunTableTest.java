package org.radllama.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.radllama.text.Format.format;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.radllama.catalog.PinnedTable;
import org.radllama.catalog.TableFormats;
import org.radllama.catalog.TableName;
import org.radllama.failure.BadInputException;
import org.radllama.failure.BadSettingException;
import org.radllama.failure.MissingResourceException;

/** Runs as rows of tables, in Spark's own catalog and in Iceberg's and Delta's. */
class RunTableTest {
  @TempDir Path dir;
  private SparkSession spark;
  private TableFormats formats;

  private void startWithSparkAlone() {
    spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.warehouse.dir", dir.resolve("warehouse").toUri().toString())
            .config("spark.sql.catalog.lake", "org.apache.iceberg.spark.SparkCatalog")
            .getOrCreate();
    spark.sql("CREATE DATABASE ward");
  }

  @AfterEach
  void stop() {
    if (formats != null) {
      formats.close();
    } else if (spark != null) {
      spark.stop();
    }
  }

  private String run(String folder, String job, String runId) throws IOException {
    Path run = Files.createDirectories(dir.resolve(folder));
    Files.writeString(
        run.resolve("manifest.json"),
        "{\"job\": \"%s\", \"run_id\": \"%s\", \"counts_by_source\": {\"mimic-cxr\": {}}}"
            .formatted(job, runId));
    Files.writeString(run.resolve("_SUCCESS"), "");
    return run.toString();
  }

  /** A dataset of so many train examples, and one in test. */
  private String dataset(String folder, String runId, int train) throws IOException {
    String run = run(folder, "ingest", runId);
    spark
        .sql(
            "SELECT concat('r', id) AS id, 'clear' AS findings, IF(id = 0, 'test', 'train') AS split"
                + format(" FROM range(%d)", train + 1))
        .write()
        .partitionBy("split")
        .parquet(run + "/parquet");
    return run;
  }

  private String write(String run, String table, String format) throws IOException {
    return RunTable.of(
            spark, spark.sparkContext().hadoopConfiguration(), new org.apache.hadoop.fs.Path(run))
        .write(RunTable.name(table).orElseThrow(), format);
  }

  private List<String> rows(String query) {
    return spark.sql(query).collectAsList().stream().map(row -> row.mkString(" ")).toList();
  }

  private void replacesTheRowsOfARun(String table, String format) throws IOException {
    String first = dataset("one", "run-1", 3);
    assertThat(write(first, table, format)).isEqualTo(table + ": 4 rows of run run-1");
    write(dataset("two", "run=2", 1), table, format);
    write(first, table, format);
    assertThat(rows("SELECT run_id, split, id, findings FROM " + table + " ORDER BY 1, 2, 3"))
        .containsExactly(
            "run-1 test r0 clear",
            "run-1 train r1 clear",
            "run-1 train r2 clear",
            "run-1 train r3 clear",
            "run=2 test r0 clear",
            "run=2 train r1 clear");
    // The same run-id made anew elsewhere, with fewer reports.
    write(dataset("again", "run-1", 1), table, format);
    assertThat(rows("SELECT run_id, count(*) FROM " + table + " GROUP BY 1 ORDER BY 1"))
        .containsExactly("run-1 2", "run=2 2");
  }

  @Test
  void aRunIsThereOnceInATableOfParquetFiles() throws IOException {
    startWithSparkAlone();
    replacesTheRowsOfARun("ward.examples", "parquet");
  }

  @ParameterizedTest
  @CsvSource({"lake.ward.examples, iceberg", "ward.examples, delta", "ward.plain, parquet"})
  void aRunIsThereOnceInATableOfEachFormat(String table, String format) throws IOException {
    formats = TableFormats.start(dir.resolve("tables"));
    spark = formats.spark();
    replacesTheRowsOfARun(table, format);
    assertThat(rows("DESCRIBE TABLE EXTENDED " + table)).contains("Provider " + format + " ");
  }

  /** Without a metastore a table is its folder. */
  @Test
  void aDeltaTableMayBeNamedByItsFolder() throws IOException {
    formats = TableFormats.start(dir.resolve("tables"));
    spark = formats.spark();
    String table = "delta.`" + dir.resolve("by-path") + "`";
    replacesTheRowsOfARun(table, "delta");
    PinnedTable pinned = PinnedTable.of(spark, "--reports-table", TableName.of("", table + "@1"));
    assertThat(pinned.rows().count()).isEqualTo(4);
    assertThat(pinned.toString()).isEqualTo(table + "@1");
    assertThat(pinned.location().orElseThrow()).endsWith(dir.resolve("by-path").toString());
  }

  @Test
  void scoresAreATableOfTheirOwn() throws IOException {
    startWithSparkAlone();
    String run = run("eval", "eval", "scored");
    spark
        .sql(
            "SELECT 'r1' AS id, 'd' AS dataset, 'test' AS split, 's' AS system, 'm' AS metric, 0.5D AS value")
        .write()
        .parquet(run + "/scores.parquet");
    write(run, "ward.scores", "parquet");
    assertThat(rows("SELECT * FROM ward.scores")).containsExactly("r1 d test s m 0.5 scored");
    String dataset = dataset("one", "run-1", 1);
    assertThatThrownBy(() -> write(dataset, "ward.scores", "parquet"))
        .isInstanceOf(BadSettingException.class)
        .hasMessage(
            "--table: ward.scores is a table of other columns (id, dataset, split, system, metric, value);"
                + " this run's are id, findings, split, run_id");
  }

  @Test
  void whatCannotBeWrittenIsSaid() throws IOException {
    startWithSparkAlone();
    String dataset = dataset("one", "run-1", 1);
    assertThatThrownBy(() -> write(run("train", "train", "t"), "ward.t", "parquet"))
        .isInstanceOf(BadInputException.class)
        .hasMessage(
            "run t is of train: a table holds a dataset's examples or an evaluation's scores");
    assertThatThrownBy(() -> write(run("odd", "ingest", "o'; --"), "ward.t", "parquet"))
        .isInstanceOf(BadInputException.class)
        .hasMessage("run o'; -- has no parquet to write");
    assertThatThrownBy(() -> write(dir + "/nothing", "ward.t", "parquet"))
        .hasMessageStartingWith("no run is published in");
    assertThatThrownBy(() -> write(dataset, "nowhere.t", "parquet"))
        .isInstanceOf(BadInputException.class)
        .hasMessage("--table: no such table or database: nowhere.t");
    assertThatThrownBy(() -> write(dataset, "attic.ward.t", "parquet"))
        .isInstanceOf(BadInputException.class)
        .hasMessage("--table: there is no catalog attic: spark.sql.catalog.attic is not set");
    assertThatThrownBy(() -> write(dataset, "lake.ward.t", "iceberg"))
        .isInstanceOf(MissingResourceException.class)
        .hasMessageContaining("add it by --packages org.apache.iceberg:iceberg-spark-runtime-");
    assertThatThrownBy(() -> write(dataset, "ward.t", "delta"))
        .isInstanceOf(MissingResourceException.class)
        .hasMessageContaining("add it by --packages io.delta:delta-spark_2.1");
    spark.sql(
        "CREATE TABLE ward.flat (id STRING, findings STRING, split STRING, run_id STRING) USING parquet");
    assertThatThrownBy(() -> write(dataset, "ward.flat", "parquet"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("run_id is not a valid partition column");
    assertThatThrownBy(() -> RunTable.name("ward.t@3"))
        .isInstanceOf(BadSettingException.class)
        .hasMessage("--table ward.t@3: only the newest version can be written");
    assertThat(RunTable.name(null)).isEqualTo(Optional.empty());
  }
}
