package org.radllama.ingest.publish;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.run.LocalFiles;
import org.radllama.run.Renaming;

/** File handling of tasks and driver. */
final class OutputFiles {
  private static final int BUFFER = 1 << 18;

  private OutputFiles() {}

  /** The file system of a path, without the checksum files beside local ones. */
  static FileSystem fileSystem(Path path, Configuration hadoop) throws IOException {
    return LocalFiles.withoutChecksums(path, hadoop);
  }

  static OutputStream create(FileSystem fs, Path path) throws IOException {
    return new BufferedOutputStream(fs.create(path, true), BUFFER);
  }

  /** Gives a task's file its name; a second attempt of the same task replaces the first's. */
  static void settle(Path attempt, Path path, Configuration hadoop) throws IOException {
    Renaming.replace(path.getFileSystem(hadoop), attempt, path);
  }

  /** Appends files one after another into one. */
  static void concatenate(FileSystem fs, List<Path> pieces, Path target) throws IOException {
    try (OutputStream out = create(fs, target)) {
      for (Path piece : pieces) {
        try (InputStream in = fs.open(piece)) {
          in.transferTo(out);
        }
      }
    }
  }
}
