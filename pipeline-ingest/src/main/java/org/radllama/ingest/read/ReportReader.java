package org.radllama.ingest.read;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.util.SerializableConfiguration;
import org.radllama.ingest.run.ExitCode;
import org.radllama.ingest.run.InputFiles;
import org.radllama.ingest.run.JobFailure;

/** Opens listed files and hands out their records; runs inside Spark's tasks. */
public final class ReportReader implements Serializable {
  private final SerializableConfiguration hadoop;
  private final int maxBytes;

  /**
   * A reader.
   *
   * @param maxBytes the longest file of one report, or row of many
   */
  public ReportReader(Configuration hadoop, int maxBytes) {
    this.hadoop = new SerializableConfiguration(hadoop);
    this.maxBytes = maxBytes;
  }

  /**
   * The records of a file, read as they are asked for.
   *
   * @throws JobFailure exit 3 when a file of many reports cannot be read
   */
  public Iterator<Outcome<Document>> read(SourceFile file) {
    return file.kind().oneReportPerFile() ? List.of(one(file)).iterator() : many(file);
  }

  /**
   * Checks what would spoil a whole file, before any task runs.
   *
   * @throws JobFailure exit 3 when a file of many reports has no known header
   */
  public void check(SourceFile file) {
    if (!file.kind().oneReportPerFile()) {
      try {
        many(file).close();
      } catch (IOException e) {
        throw unreadable(file, e);
      }
    }
  }

  private Outcome<Document> one(SourceFile file) {
    byte[] bytes;
    try (InputStream in = open(file)) {
      bytes = in.readNBytes(maxBytes + 1);
    } catch (IOException e) {
      return file.reject(Reason.UNREADABLE, e.getClass().getSimpleName());
    }
    if (bytes.length > maxBytes) {
      return file.reject(
          Reason.TOO_LARGE, "more than " + maxBytes + " bytes (read.max-report-bytes)");
    }
    return file.kind() == SourceKind.MIMIC_CXR
        ? MimicCxrText.parse(file, bytes)
        : OpenIXml.parse(file, bytes);
  }

  private OpenICsv many(SourceFile file) {
    try {
      return new OpenICsv(file, open(file), maxBytes);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static JobFailure unreadable(SourceFile file, IOException e) {
    return new JobFailure(
        ExitCode.INPUT, "--%s: cannot read %s".formatted(file.kind().flag(), file.path()), e);
  }

  private InputStream open(SourceFile file) throws IOException {
    Path path = new Path(file.path());
    FileSystem fs = path.getFileSystem(hadoop.value());
    return InputFiles.open(fs, path);
  }
}
