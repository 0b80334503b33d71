package org.radllama.ingest.run;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** SHA-256 of bytes, files and listings, as lower-case hexadecimal. */
public final class Digests {
  private static final int BUFFER = 1 << 16;

  /** From here on it takes long enough to show how far it has come. */
  private static final int MANY = 5000;

  private Digests() {}

  /** Digest of bytes. */
  public static String sha256(byte[] bytes) {
    return HexFormat.of().formatHex(newDigest().digest(bytes));
  }

  /** Digest of a text's UTF-8 bytes. */
  public static String sha256(String text) {
    return sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Digest of a file's content. */
  public static String sha256(FileSystem fs, Path path) throws IOException {
    MessageDigest digest = newDigest();
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = InputFiles.open(fs, path)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** One file below a root. */
  public record Entry(String path, long bytes, String sha256) {}

  /**
   * Every file below a root (or the one file itself), sorted by relative path, with its digest.
   *
   * @throws JobFailure exit 3, naming the file, when one cannot be read
   */
  public static List<Entry> listing(FileSystem fs, Path root) throws IOException {
    List<FileStatus> files = new ArrayList<>();
    collect(fs, fs.getFileStatus(root), files);
    String prefix = fs.getFileStatus(root).getPath().toUri().getPath();
    try (Progress progress =
        files.size() < MANY ? null : Progress.start("digest", files.size(), "files")) {
      return files.parallelStream()
          .map(file -> entry(fs, file, prefix))
          .peek(entry -> advance(progress))
          .sorted(Comparator.comparing(Entry::path))
          .toList();
    }
  }

  private static void advance(Progress progress) {
    if (progress != null) {
      progress.advance(1);
    }
  }

  private static Entry entry(FileSystem fs, FileStatus file, String prefix) {
    String path = file.getPath().toUri().getPath();
    String relative =
        path.equals(prefix) ? file.getPath().getName() : path.substring(prefix.length() + 1);
    try {
      return new Entry(relative, file.getLen(), sha256(fs, file.getPath()));
    } catch (IOException e) {
      throw new JobFailure(
          ExitCode.INPUT, "cannot read %s (%s)".formatted(path, e.getClass().getSimpleName()), e);
    }
  }

  /** One digest over a sorted listing. */
  public static String ofListing(List<Entry> entries) {
    MessageDigest digest = newDigest();
    for (Entry e : entries) {
      digest.update(
          "%s\t%d\t%s\n"
              .formatted(e.path(), e.bytes(), e.sha256())
              .getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void collect(FileSystem fs, FileStatus status, List<FileStatus> files)
      throws IOException {
    if (!status.isDirectory()) {
      files.add(status);
      return;
    }
    for (FileStatus child : fs.listStatus(status.getPath())) {
      collect(fs, child, files);
    }
  }

  private static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
