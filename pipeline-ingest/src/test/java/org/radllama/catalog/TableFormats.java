package org.radllama.catalog;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.radllama.installed.Installed;
import scala.util.Properties;

/**
 * A session with Iceberg's and Delta's catalogs, for tests: by the jars that {@code
 * deploy/tables/check} fetched. A test is skipped, and says so, where there are none.
 */
public final class TableFormats implements AutoCloseable {
  /** Of the Scala that this Spark is built with. */
  private static final String SCALA =
      Properties.versionNumberString().replaceFirst("^(\\d+\\.\\d+).*", "$1");

  private static final List<String> JARS =
      List.of(
          "iceberg-spark-runtime-[0-9.]+_" + SCALA + "-.+\\.jar",
          "delta-spark_" + SCALA + "-.+\\.jar",
          "delta-storage-.+\\.jar");

  private final ClassLoader before = Thread.currentThread().getContextClassLoader();
  private final SparkSession spark;

  /** One for all tests: Delta's settings can be made known to Spark but once. */
  private static ClassLoader loader;

  private TableFormats(URL[] jars, Path warehouse) {
    Thread.currentThread().setContextClassLoader(loaderOf(jars));
    spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.default.parallelism", 2)
            .config("spark.sql.shuffle.partitions", 2)
            .config("spark.sql.warehouse.dir", warehouse.resolve("spark").toUri().toString())
            .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
            .config(
                "spark.sql.catalog.spark_catalog",
                "org.apache.spark.sql.delta.catalog.DeltaCatalog")
            .config("spark.sql.catalog.lake", "org.apache.iceberg.spark.SparkCatalog")
            .config("spark.sql.catalog.lake.type", "hadoop")
            .config("spark.sql.catalog.lake.warehouse", warehouse.resolve("lake").toString())
            .getOrCreate();
    spark.sql("CREATE DATABASE ward");
  }

  private static synchronized ClassLoader loaderOf(URL[] jars) {
    if (loader == null) {
      loader = new URLClassLoader(jars, TableFormats.class.getClassLoader());
    }
    return loader;
  }

  /** Starts one. */
  public static TableFormats start(Path warehouse) {
    Path folder = Installed.folder("RADLLAMA_TABLES", "tables");
    List<Path> jars = jars(folder);
    for (String jar : JARS) {
      assumeTrue(
          jars.stream().anyMatch(file -> file.getFileName().toString().matches(jar)),
          () -> "no " + jar + " in " + folder + " (deploy/tables/check puts it there)");
    }
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    try {
      return new TableFormats(jars.stream().map(TableFormats::url).toArray(URL[]::new), warehouse);
    } catch (RuntimeException | Error e) {
      Thread.currentThread().setContextClassLoader(before);
      throw e;
    }
  }

  private static List<Path> jars(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static URL url(Path jar) {
    try {
      return jar.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** The session. */
  public SparkSession spark() {
    return spark;
  }

  @Override
  public void close() {
    spark.stop();
    Thread.currentThread().setContextClassLoader(before);
  }
}
