package org.radllama.run;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Files of this machine, which Java reaches without Hadoop's layers. */
public final class LocalFiles {
  private LocalFiles() {}

  /** Whether a file system is this machine's own. */
  public static boolean isLocal(FileSystem fs) {
    return "file".equals(fs.getScheme());
  }

  /** A path on this machine as Java names it. */
  static java.nio.file.Path path(Path path) {
    return java.nio.file.Path.of(path.toUri().getPath());
  }

  /** The file system of a path, without the checksum files beside local ones. */
  public static FileSystem withoutChecksums(Path path, Configuration hadoop) throws IOException {
    FileSystem fs = path.getFileSystem(hadoop);
    fs.setWriteChecksum(!isLocal(fs));
    return fs;
  }
}
