package org.radllama.ingest.run;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Opens files to read. */
public final class InputFiles {
  private InputFiles() {}

  /**
   * Opens a file. Local ones are opened without Hadoop's layers, which look for a checksum file
   * beside each and cost several times the reading itself where files are small.
   */
  public static InputStream open(FileSystem fs, Path path) throws IOException {
    if (!"file".equals(fs.getScheme())) {
      return fs.open(path);
    }
    try {
      return Files.newInputStream(java.nio.file.Path.of(path.toUri().getPath()));
    } catch (NoSuchFileException e) {
      FileNotFoundException missing = new FileNotFoundException(path.toString());
      missing.initCause(e);
      throw missing;
    }
  }
}
