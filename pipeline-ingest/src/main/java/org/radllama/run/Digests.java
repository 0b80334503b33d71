package org.radllama.run;

import static org.radllama.text.Format.format;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** SHA-256 of bytes, files and listings, as lower-case hexadecimal. */
public final class Digests {
  private static final int BUFFER = 1 << 16;

  /** From here on it takes long enough to show how far it has come. */
  private static final int MANY = 5000;

  /** In place of the digest of what cannot be read. */
  private static final String UNREADABLE = "unreadable";

  /** In place of the digest of a folder whose files are listed under another path. */
  private static final String SEEN = "listed elsewhere";

  private Digests() {}

  /** Digest of bytes. */
  public static String sha256(byte[] bytes) {
    return DigestUtils.sha256Hex(bytes);
  }

  /** Digest of a text's UTF-8 bytes. */
  public static String sha256(String text) {
    return DigestUtils.sha256Hex(text);
  }

  /** Digest of a file's content. */
  public static String sha256(FileSystem fs, Path path) throws IOException {
    MessageDigest digest = DigestUtils.getSha256Digest();
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
   * Every file below a root, sorted by relative path, with its digest; or the one file itself,
   * whose own name does not count.
   *
   * @throws JobFailure exit 3, naming the file, when one cannot be read
   */
  public static List<Entry> listing(FileSystem fs, Path root) throws IOException {
    return listing(fs, root, false);
  }

  /**
   * The same.
   *
   * @param sparing whether what cannot be read gets an entry that says so instead of an exception
   */
  static List<Entry> listing(FileSystem fs, Path root, boolean sparing) throws IOException {
    List<FileTree.Node> files = new ArrayList<>();
    FileTree.Node top = FileTree.node(fs, root);
    collect(fs, top, new HashSet<>(), files);
    String prefix = top.path().toUri().getPath();
    try (Progress progress =
        files.size() < MANY ? null : Progress.start("digest", files.size(), "files")) {
      return files.parallelStream()
          .map(file -> entry(fs, file, prefix, sparing))
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

  private static Entry entry(FileSystem fs, FileTree.Node file, String prefix, boolean sparing) {
    String path = file.path().toUri().getPath();
    String relative =
        path.equals(prefix) ? anyName(file.name()) : path.substring(prefix.length() + 1);
    if (file.isFolder()) {
      return new Entry(relative, 0, SEEN);
    }
    String problem = file.problem();
    IOException cause = null;
    if (file.isFile()) {
      try {
        return new Entry(relative, file.bytes(), sha256(fs, file.path()));
      } catch (IOException e) {
        problem = e.getClass().getSimpleName();
        cause = e;
      }
    }
    if (sparing) {
      return new Entry(relative, file.bytes(), UNREADABLE);
    }
    throw new JobFailure(ExitCode.INPUT, "cannot read %s (%s)".formatted(path, problem), cause);
  }

  /** A single file is what it holds; its ending says how it is read. */
  private static String anyName(String name) {
    int dot = name.lastIndexOf('.');
    return "*" + (dot < 0 ? "" : name.substring(dot).toLowerCase(Locale.ROOT));
  }

  /** One digest over a sorted listing. */
  public static String ofListing(List<Entry> entries) {
    MessageDigest digest = DigestUtils.getSha256Digest();
    for (Entry e : entries) {
      digest.update(
          format("%s\t%d\t%s\n", e.path(), e.bytes(), e.sha256()).getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Folders that links lead to twice are listed once, so that no circle of them is endless. */
  private static void collect(
      FileSystem fs, FileTree.Node node, Set<String> seen, List<FileTree.Node> files)
      throws IOException {
    if (!node.isFolder() || !(node.key().isEmpty() || seen.add(node.key()))) {
      files.add(node);
      return;
    }
    List<FileTree.Node> children;
    try {
      children = FileTree.children(fs, node.path());
    } catch (FileNotFoundException e) {
      throw e;
    } catch (IOException e) {
      files.add(FileTree.broken(node.path(), e.getClass().getSimpleName()));
      return;
    }
    for (FileTree.Node child : children) {
      collect(fs, child, seen, files);
    }
  }
}
