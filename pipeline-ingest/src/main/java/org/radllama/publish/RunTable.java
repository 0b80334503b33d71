package org.radllama.publish;

import static org.radllama.text.Format.format;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.radllama.catalog.CatalogFailure;
import org.radllama.catalog.TableName;
import org.radllama.failure.BadInputException;
import org.radllama.failure.BadSettingException;
import org.radllama.run.Json;
import org.radllama.run.PublishedFiles;
import org.radllama.run.PublishedRuns;

/**
 * A run's rows in a table of a catalog of Spark's, which may hold many runs: a dataset's examples
 * with their split, or an evaluation's scores of each report, which are without text.
 */
final class RunTable {
  private static final String FLAG = "--table";

  /** The column that tells runs apart, and by which the table is partitioned. */
  private static final String RUN = "run_id";

  /** A statement has it between quotes. */
  private static final String RUN_ID = "[A-Za-z0-9][A-Za-z0-9._+=-]{0,127}";

  private static final String VIEW = "radllama_run";

  private final SparkSession spark;
  private final String runId;
  private final Dataset<Row> rows;

  private RunTable(SparkSession spark, String runId, Dataset<Row> rows) {
    this.spark = spark;
    this.runId = runId;
    this.rows = rows;
  }

  /**
   * Of a published run.
   *
   * @throws BadInputException when none is published there, or it has no rows for a table
   */
  static RunTable of(SparkSession spark, Configuration hadoop, Path run) throws IOException {
    FileSystem fs = run.getFileSystem(hadoop);
    Path files =
        PublishedRuns.files(fs, run)
            .orElseThrow(() -> new BadInputException("no run is published in %s", run));
    JsonNode manifest = Json.read(fs, new Path(files, PublishedFiles.MANIFEST));
    String runId = manifest.path("run_id").asText();
    String folder =
        switch (manifest.path("job").asText()) {
          case "ingest" -> "parquet";
          case "eval" -> "scores.parquet";
          default ->
              throw new BadInputException(
                  "run %s is of %s: a table holds a dataset's examples or an evaluation's scores",
                  runId, manifest.path("job").asText());
        };
    Path parquet = new Path(files, folder);
    if (!runId.matches(RUN_ID) || !fs.exists(parquet)) {
      throw new BadInputException("run %s has no %s to write", runId, folder);
    }
    return new RunTable(spark, runId, spark.read().parquet(parquet.toString()));
  }

  /**
   * Writes the rows, in place of those that the table has of this run.
   *
   * @param name the table, which is made if it is missing
   * @param format of a table that is made
   * @return what was done, for a person
   * @throws BadInputException when the catalog refuses
   * @throws BadSettingException when the table is another's
   * @throws org.radllama.failure.MissingResourceException when a library is missing
   */
  String write(TableName name, String format) {
    return CatalogFailure.translated(spark, FLAG, name, () -> written(name, format));
  }

  private String written(TableName name, String format) {
    spark.sql(
        "CREATE TABLE IF NOT EXISTS %s (%s, %s STRING) USING %s PARTITIONED BY (%s)"
            .formatted(name.sql(), columns(), RUN, format, RUN));
    List<String> table = new ArrayList<>(Arrays.asList(spark.table(name.sql()).columns()));
    boolean hasRun = table.remove(RUN);
    List<String> own = Arrays.asList(rows.columns());
    if (!hasRun || table.size() != own.size() || !table.containsAll(own)) {
      throw new BadSettingException(
          "%s: %s is a table of other columns (%s); this run's are %s, %s",
          FLAG, name, String.join(", ", table), String.join(", ", own), RUN);
    }
    rows.createOrReplaceTempView(VIEW);
    try {
      spark.sql(
          "INSERT OVERWRITE TABLE %s PARTITION (%s = '%s') SELECT %s FROM %s"
              .formatted(
                  name.sql(),
                  RUN,
                  runId,
                  table.stream().map(TableName::quoted).collect(Collectors.joining(", ")),
                  VIEW));
    } finally {
      spark.catalog().dropTempView(VIEW);
    }
    return format("%s: %d rows of run %s", name, rows.count(), runId);
  }

  private String columns() {
    return Arrays.stream(rows.schema().fields())
        .map(field -> TableName.quoted(field.name()) + " " + field.dataType().sql())
        .collect(Collectors.joining(", "));
  }

  /** The table that a flag names; of the newest version, since no other can be written. */
  static Optional<TableName> name(String flag) {
    Optional<TableName> name = Optional.ofNullable(flag).map(text -> TableName.of(FLAG, text));
    if (name.isPresent() && name.get().snapshot().isPresent()) {
      throw new BadSettingException("%s %s: only the newest version can be written", FLAG, flag);
    }
    return name;
  }
}
