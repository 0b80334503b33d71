package org.radllama.ingest.read;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.sha2;
import static org.apache.spark.sql.functions.sort_array;
import static org.apache.spark.sql.functions.substring;
import static org.radllama.text.Format.format;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.radllama.catalog.CatalogFailure;
import org.radllama.catalog.PinnedTable;
import org.radllama.catalog.TableName;
import org.radllama.failure.BadInputException;
import org.radllama.ingest.format.CatalogRows;
import org.radllama.ingest.format.RecordTable;
import org.radllama.ingest.record.Document;
import org.radllama.ingest.record.Outcome;
import org.radllama.run.Digests;
import org.radllama.run.RunInput;

/**
 * The reports of a table in a catalog of Spark's. A table has no order, so its rows are numbered in
 * the order of their ids' bytes, then of their other columns that are read.
 */
public final class CatalogReports {
  /** The flag that names the table, without dashes; also the input's name in the manifest. */
  public static final String FLAG = "reports-table";

  private static final String DASHED = "--" + FLAG;

  /** Hexadecimal digits: so many parts of the rows are digested apart, whatever Spark's are. */
  private static final int PREFIX = 3;

  private final SparkSession spark;
  private final TableName name;
  private final PinnedTable table;
  private final ColumnMapping mapping;
  private final CatalogRows columns;
  private final Dataset<Row> rows;

  private CatalogReports(SparkSession spark, TableName name, ReadSettings settings)
      throws RecordTable.MissingColumns {
    this.spark = spark;
    this.name = name;
    this.table = PinnedTable.of(spark, DASHED, name);
    Dataset<Row> all = table.rows();
    this.columns =
        new CatalogRows(
            all.schema(), settings.maxReportBytes(), settings.columns().columns().values());
    this.mapping = settings.columns().checked(columns);
    this.rows = CatalogFailure.translated(spark, DASHED, name, () -> all.select(columns.columns()));
  }

  /**
   * Finds a table and pins its version.
   *
   * @throws BadInputException when there is none, or it lacks columns
   * @throws org.radllama.failure.BadSettingException when a version is named of a table without
   * @throws org.radllama.failure.MissingResourceException when a library is missing
   */
  public static CatalogReports of(SparkSession spark, TableName name, ReadSettings settings) {
    try {
      return new CatalogReports(spark, name, settings);
    } catch (RecordTable.MissingColumns e) {
      throw new BadInputException("%s: %s %s", DASHED, name, e.getMessage());
    }
  }

  /** What decides of the table: its version, or where there are none the rows that are read. */
  public RunInput runInput() {
    return RunInput.table(
        FLAG,
        table.toString(),
        table
            .version()
            .map(version -> RunInput.Table.ofVersion(version, table.location()))
            .orElseGet(this::digested));
  }

  /** The same whatever the order of the rows, and the files that hold them. */
  private RunInput.Table digested() {
    CatalogRows of = columns;
    Dataset<String> digests =
        spark.createDataset(rows.toJavaRDD().map(of::digest).rdd(), Encoders.STRING());
    List<Row> parts =
        CatalogFailure.translatedRows(
            DASHED,
            name,
            () ->
                digests
                    .groupBy(substring(col("value"), 1, PREFIX).as("prefix"))
                    .agg(
                        sha2(concat_ws("", sort_array(collect_list("value"))).cast("binary"), 256),
                        count("value"))
                    .orderBy("prefix")
                    .collectAsList());
    return RunInput.Table.ofRows(
        parts.stream().mapToLong(part -> part.getLong(2)).sum(),
        Digests.sha256(parts.stream().map(part -> part.getString(1)).collect(Collectors.joining())),
        table.location());
  }

  /**
   * The documents of the rows, or their rejections.
   *
   * @param source the corpus
   * @param index the table's place in the listing of all sources
   * @param limit how many rows to read at most, 0 for all
   * @param ids what stands in place of the ids
   */
  public JavaRDD<Outcome<Document>> documents(String source, int index, int limit, IdHash ids) {
    Column[] order =
        Arrays.stream(rows.columns()).map(c -> col(TableName.quoted(c))).toArray(Column[]::new);
    Dataset<Row> sorted = rows.sort(order);
    CatalogRows of = columns;
    ColumnMapping mapped = mapping;
    return CatalogFailure.translatedRows(
        DASHED,
        name,
        () ->
            (limit == 0 ? sorted : sorted.limit(limit))
                .toJavaRDD()
                .zipWithIndex()
                .map(
                    row -> {
                      int number = Math.toIntExact(row._2() + 1);
                      ReportPlace place =
                          new ReportPlace(
                              source,
                              format("row-%d", number),
                              SourceFile.origin(index, number),
                              true);
                      return ids.hashed(
                          place.named(of.cells(row._1())).then(c -> mapped.document(c, place)),
                          place);
                    }));
  }

  /** The table and what of it is read, for a person. */
  @Override
  public String toString() {
    return "%s (%s)"
        .formatted(
            table,
            table.version().orElse(table.provider() + ", no versions: its rows are digested"));
  }
}
