package org.radllama.catalog;

import static org.radllama.text.Format.format;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.radllama.failure.BadInputException;
import org.radllama.failure.BadSettingException;

/**
 * A table of a catalog at one version, where its format knows versions: whatever others write
 * meanwhile, its rows stay the same.
 */
public final class PinnedTable {
  private static final String DETAILS = "# Detailed Table Information";

  private final SparkSession spark;
  private final String flag;
  private final TableName name;
  private final Map<String, String> details;
  private final Optional<Version> version;

  /**
   * A version.
   *
   * @param number Iceberg's snapshot id, Delta's version
   * @param text what tells it from those of all other tables
   */
  private record Version(long number, String text) {}

  private PinnedTable(SparkSession spark, String flag, TableName name) {
    this.spark = spark;
    this.flag = flag;
    this.name = name;
    this.details = details();
    this.version = found();
  }

  /**
   * Finds a table, and the newest of its versions unless one is named.
   *
   * @param flag what gave the name
   * @throws BadInputException when there is no such table or version
   * @throws BadSettingException when a version is named of a table without versions
   * @throws org.radllama.failure.MissingResourceException when the library of its catalog or format
   *     is missing
   */
  public static PinnedTable of(SparkSession spark, String flag, TableName name) {
    return CatalogFailure.translated(spark, flag, name, () -> new PinnedTable(spark, flag, name));
  }

  private Map<String, String> details() {
    Map<String, String> found = new HashMap<>();
    boolean begun = false;
    for (Row row : spark.sql("DESCRIBE TABLE EXTENDED " + name.sql()).collectAsList()) {
      if (begun) {
        found.putIfAbsent(row.getString(0), row.getString(1));
      }
      // Columns come before, whatever they are called.
      begun = begun || row.getString(0).equals(DETAILS);
    }
    return found;
  }

  private Optional<Version> found() {
    return switch (provider()) {
      case "iceberg" -> Optional.of(iceberg());
      case "delta" -> Optional.of(delta());
      default -> {
        if (name.snapshot().isPresent()) {
          throw new BadSettingException(
              "%s: %s: tables of the format %s have no versions here; leave @%d out",
              flag, name, provider(), name.snapshot().getAsLong());
        }
        yield Optional.empty();
      }
    };
  }

  private Version iceberg() {
    String ids =
        name.snapshot().isPresent()
            ? format(
                "%s.`snapshots` WHERE snapshot_id = %d", name.sql(), name.snapshot().getAsLong())
            : name.sql() + ".`refs` WHERE name = 'main'";
    List<Row> found = spark.sql("SELECT snapshot_id FROM " + ids).collectAsList();
    if (found.isEmpty()) {
      throw none("snapshot");
    }
    long id = found.get(0).getLong(0);
    return new Version(id, format("iceberg snapshot %d", id));
  }

  /** Each table counts its versions from 0, so that its id tells them apart. */
  private Version delta() {
    Dataset<Row> versions = spark.sql("DESCRIBE HISTORY " + name.sql()).select("version");
    if (name.snapshot().isPresent()) {
      versions = versions.where(functions.col("version").equalTo(name.snapshot().getAsLong()));
    }
    Row newest = versions.agg(functions.max("version")).first();
    if (newest.isNullAt(0)) {
      throw none("version");
    }
    String table = spark.sql("DESCRIBE DETAIL " + name.sql()).select("id").first().getString(0);
    return new Version(
        newest.getLong(0), format("delta version %d of table %s", newest.getLong(0), table));
  }

  private BadInputException none(String what) {
    return name.snapshot().isPresent()
        ? new BadInputException(
            "%s: %s has no %s %d: it may have expired",
            flag, name, what, name.snapshot().getAsLong())
        : new BadInputException("%s: %s has no %s yet: nothing was written", flag, name, what);
  }

  /** Its format in lower case, as the catalog says it; {@code view} for a view. */
  public String provider() {
    String otherwise = details.getOrDefault("Type", "unknown");
    return details.getOrDefault("Provider", otherwise).toLowerCase(Locale.ROOT);
  }

  /** Where its files are, if the catalog says it. */
  public Optional<String> location() {
    return Optional.ofNullable(details.get("Location")).filter(place -> !place.isEmpty());
  }

  /** What pins its rows; empty for a format without versions. */
  public Optional<String> version() {
    return version.map(Version::text);
  }

  /** Its rows, of this version alone. */
  public Dataset<Row> rows() {
    String of = version.map(v -> format(" VERSION AS OF %d", v.number())).orElse("");
    return CatalogFailure.translated(
        spark, flag, name, () -> spark.sql("SELECT * FROM " + name.sql() + of));
  }

  /** The name with the version that is read. */
  @Override
  public String toString() {
    return version
        .map(v -> new TableName(name.parts(), OptionalLong.of(v.number())))
        .orElse(name)
        .toString();
  }
}
