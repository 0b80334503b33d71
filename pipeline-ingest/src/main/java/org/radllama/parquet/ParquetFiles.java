package org.radllama.parquet;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.util.HadoopOutputFile;
import org.apache.parquet.io.OutputFile;
import org.radllama.run.PartFiles;

/** Writes Parquet files: Snappy, and the same bytes for the same rows in every process. */
public final class ParquetFiles {
  private ParquetFiles() {}

  /**
   * A writer of a new file, or in place of one that is there.
   *
   * @param builder what knows the rows
   */
  public static <T, B extends ParquetWriter.Builder<T, B>> ParquetWriter<T> writer(
      Path path, Configuration hadoop, Function<OutputFile, B> builder) throws IOException {
    return writer(HadoopOutputFile.fromPath(path, hadoop), hadoop, builder);
  }

  /**
   * A writer of a file that an attempt of a task makes.
   *
   * @param builder what knows the rows
   */
  public static <T, B extends ParquetWriter.Builder<T, B>> ParquetWriter<T> writer(
      PartFiles.Attempt attempt, Configuration hadoop, Function<OutputFile, B> builder)
      throws IOException {
    Optional<Path> path = attempt.path();
    return path.isPresent()
        ? writer(path.get(), hadoop, builder)
        : writer(new StreamFile(attempt), hadoop, builder);
  }

  private static <T, B extends ParquetWriter.Builder<T, B>> ParquetWriter<T> writer(
      OutputFile file, Configuration hadoop, Function<OutputFile, B> builder) throws IOException {
    return builder
        .apply(new StableOutputFile(file))
        .withConf(hadoop)
        .withCompressionCodec(CompressionCodecName.SNAPPY)
        .withWriteMode(ParquetFileWriter.Mode.OVERWRITE)
        .build();
  }
}
