package org.radllama.catalog;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.apache.spark.SparkException;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.SparkSession;
import org.radllama.failure.BadInputException;
import org.radllama.failure.BadSettingException;
import org.radllama.failure.MissingResourceException;
import org.radllama.failure.TryAgainException;

/** What Spark and its catalogs say of a table, in words that a person can act on. */
public final class CatalogFailure {
  private static final Pattern NO_TABLE =
      Pattern.compile("\\[(?:TABLE_OR_VIEW_NOT_FOUND|SCHEMA_NOT_FOUND)");

  private static final Pattern NO_CATALOG =
      Pattern.compile("\\[REQUIRES_SINGLE_PART_NAMESPACE|CATALOG_NOT_FOUND");

  private static final Pattern NO_CLASS =
      Pattern.compile(
          "plugin class|[Ff]ailed to find (?:the )?data source|Hive support is required");

  /** Exceptions of Iceberg's and Delta's. */
  private static final Pattern MEANWHILE = Pattern.compile("^Concurrent|^CommitFailedException$");

  /** Of tasks, whose exceptions are text in that of their job. */
  private static final Pattern DAMAGED =
      Pattern.compile(
          "FILE_NOT_EXIST|FAILED_READ_FILE|while reading file|[Ff]ooter|FileNotFoundException"
              + "|NotFoundException: |ParquetDecodingException|is not a Parquet file");

  private static final int LONGEST = 300;

  private CatalogFailure() {}

  /** A question to a catalog, or a statement. */
  @FunctionalInterface
  public interface Asked<T> {
    /** Its answer. */
    T answer();
  }

  /**
   * The answer of a catalog.
   *
   * @param flag what gave the name
   * @throws BadInputException when there is no such table, or it cannot be read
   * @throws MissingResourceException when a library is missing
   * @throws TryAgainException when another wrote it at the same time
   */
  public static <T> T translated(SparkSession spark, String flag, TableName name, Asked<T> asked) {
    try {
      return asked.answer();
    } catch (BadInputException | BadSettingException | MissingResourceException e) {
      throw e;
    } catch (Exception | LinkageError e) { // Scala declares no checked exceptions.
      Optional<RuntimeException> known = of(spark, flag, name, e);
      if (known.isPresent()) {
        throw known.get();
      }
      throw e;
    }
  }

  /** The same of a table's rows: only what says that its files cannot be read is translated. */
  public static <T> T translatedRows(String flag, TableName name, Asked<T> read) {
    try {
      return read.answer();
    } catch (Exception e) { // Scala declares no checked exceptions.
      for (Throwable t : ExceptionUtils.getThrowableList(e)) {
        if (t instanceof SparkException && says(t, DAMAGED)) {
          throw new BadInputException(
              "%s: a file of %s is missing or damaged".formatted(flag, name), e);
        }
      }
      throw e;
    }
  }

  private static Optional<RuntimeException> of(
      SparkSession spark, String flag, TableName name, Throwable failure) {
    List<Throwable> all = ExceptionUtils.getThrowableList(failure);
    for (Throwable t : all) {
      if (t instanceof ClassNotFoundException || t instanceof LinkageError || says(t, NO_CLASS)) {
        String what = String.valueOf(all.get(all.size() - 1));
        return Optional.of(missing(spark, flag, name, failure, what));
      }
    }
    for (Throwable t : all) {
      if (says(t, NO_CATALOG)) {
        return Optional.of(
            new BadInputException(
                "%s: there is no catalog %s: spark.sql.catalog.%s is not set"
                    .formatted(flag, name.parts().get(0), name.parts().get(0)),
                failure));
      }
      if (says(t, NO_TABLE)) {
        return Optional.of(
            new BadInputException(
                "%s: no such table or database: %s".formatted(flag, name), failure));
      }
      if (MEANWHILE.matcher(t.getClass().getSimpleName()).find()) {
        return Optional.of(
            new TryAgainException("%s: another wrote %s at the same time", flag, name));
      }
    }
    Optional<Throwable> analysis =
        all.stream().filter(AnalysisException.class::isInstance).findFirst();
    if (analysis.isEmpty() && all.stream().anyMatch(SparkException.class::isInstance)) {
      return Optional.empty();
    }
    // What is analysed is names and types; other messages may quote rows.
    String why =
        analysis
            .map(t -> t.getMessage().lines().findFirst().orElse(""))
            .map(line -> line.substring(0, Math.min(line.length(), LONGEST)))
            .orElse(failure.getClass().getSimpleName());
    return Optional.of(new BadInputException("%s: %s: %s".formatted(flag, name, why), failure));
  }

  private static boolean says(Throwable t, Pattern words) {
    return t.getMessage() != null && words.matcher(t.getMessage()).find();
  }

  private static MissingResourceException missing(
      SparkSession spark, String flag, TableName name, Throwable failure, String what) {
    String version = spark.version();
    String line = version.replaceFirst("^(\\d+\\.\\d+).*", "$1");
    String scala = line.startsWith("3.") ? "2.12" : "2.13";
    String library =
        what.contains("iceberg")
            ? "org.apache.iceberg:iceberg-spark-runtime-%s_%s:VERSION".formatted(line, scala)
            : what.contains("delta")
                ? "io.delta:delta-spark_%s:VERSION".formatted(scala)
                : what.contains("ive")
                    ? "org.apache.spark:spark-hive_%s:%s".formatted(scala, version)
                    : "GROUP:ARTIFACT:VERSION";
    return new MissingResourceException(
        "%s: the library for %s is missing (%s): add it by --packages %s"
            .formatted(flag, name, named(what), library),
        failure);
  }

  /** The class that was looked for, where a message says it. */
  private static String named(String what) {
    return what.replaceFirst("^[\\w.]+(?:Exception|Error): ", "")
        .lines()
        .findFirst()
        .map(line -> line.substring(0, Math.min(line.length(), LONGEST)))
        .orElse("");
  }
}
