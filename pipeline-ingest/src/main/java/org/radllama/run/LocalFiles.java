package org.radllama.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;

/** Files of this machine, which Java reaches without Hadoop's layers. */
public final class LocalFiles {
  private static final int UMASK = umask();

  private LocalFiles() {}

  /** Whether a file system is this machine's own. */
  public static boolean isLocal(FileSystem fs) {
    return "file".equals(fs.getScheme());
  }

  /** A path on this machine as Java names it. */
  static java.nio.file.Path path(Path path) {
    return java.nio.file.Path.of(path.toUri().getPath());
  }

  /**
   * What changes with a file whatever is done to it: its device, inode and the time of its last
   * change, which no program sets; null where the system does not say that.
   */
  static Map<String, Object> state(Path path) throws IOException {
    try {
      return Files.readAttributes(path(path), "unix:dev,ino,ctime");
    } catch (UnsupportedOperationException | IllegalArgumentException e) {
      return null;
    }
  }

  /**
   * The file system of a path, without the checksum files beside local ones; those are made with
   * this process's umask and Hadoop's {@code fs.permissions.umask-mode}, of which Hadoop knows the
   * second alone.
   */
  public static FileSystem withoutChecksums(Path path, Configuration hadoop) throws IOException {
    FileSystem fs = path.getFileSystem(hadoop);
    fs.setWriteChecksum(!isLocal(fs));
    if (isLocal(fs) && fs instanceof LocalFileSystem local) {
      Configuration conf = local.getConf();
      int mask = mask(conf);
      if (mask != FsPermission.getUMask(conf).toShort()) {
        Configuration own = new Configuration(conf);
        own.set(FsPermission.UMASK_LABEL, String.format(Locale.ROOT, "%03o", mask));
        local.getRawFileSystem().setConf(own);
      }
    }
    return fs;
  }

  private static int mask(Configuration conf) {
    return FsPermission.getUMask(conf).toShort() | UMASK;
  }

  /** As Linux tells it; elsewhere Hadoop's alone counts. */
  private static int umask() {
    try (Stream<String> lines = Files.lines(java.nio.file.Path.of("/proc/self/status"))) {
      return lines
          .filter(line -> line.startsWith("Umask:"))
          .map(line -> Integer.parseInt(line.substring(6).strip(), 8))
          .findFirst()
          .orElse(0);
    } catch (IOException | UncheckedIOException | NumberFormatException e) {
      return 0;
    }
  }

  /** Takes away from all below a directory of this machine, and itself, what the masks forbid. */
  static void restrict(FileSystem fs, Path directory) throws IOException {
    if (!isLocal(fs) || !Files.getFileStore(path(directory)).supportsFileAttributeView("posix")) {
      return;
    }
    Set<PosixFilePermission> forbidden = EnumSet.noneOf(PosixFilePermission.class);
    int mask = mask(fs.getConf());
    // Declared from the owner's right to read to the others' to execute.
    PosixFilePermission[] each = PosixFilePermission.values();
    for (int i = 0; i < each.length; i++) {
      if (((mask >> (8 - i)) & 1) == 1) {
        forbidden.add(each[i]);
      }
    }
    List<java.nio.file.Path> all;
    try (Stream<java.nio.file.Path> walk = Files.walk(path(directory))) {
      all = walk.toList();
    }
    for (java.nio.file.Path file : all) {
      Set<PosixFilePermission> given = Files.getPosixFilePermissions(file);
      if (given.removeAll(forbidden)) {
        Files.setPosixFilePermissions(file, given);
      }
    }
  }
}
