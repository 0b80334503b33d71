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
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.radllama.store.ObjectStores;

/** SHA-256 of bytes, files and listings, as lower-case hexadecimal. */
public final class Digests {
  private static final int BUFFER = 1 << 16;

  /** From here on it takes long enough to show how far it has come. */
  private static final int MANY = 5000;

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
    return sha256(InputFiles.open(fs, path));
  }

  /** Digest of what is left of a stream, which is closed. */
  static String sha256(InputStream stream) throws IOException {
    MessageDigest digest = DigestUtils.getSha256Digest();
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = stream) {
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
    if (ObjectStores.of(fs).isPresent()) {
      return new StoredDigests(fs).listing(root);
    }
    FileTree.Node top = FileTree.node(fs, root);
    String prefix = top.path().toUri().getPath();
    return here(files(fs, top), file -> entry(fs, file, prefix, false, false)).stream()
        .sorted(Comparator.comparing(Entry::path))
        .toList();
  }

  /**
   * The same of an input.
   *
   * @param sparing whether what cannot be read gets an entry that says so instead of an exception
   * @param session reads the files in its tasks where there are many; empty to read all here
   */
  static List<Entry> listing(
      FileSystem fs, Path root, boolean sparing, Optional<Supplier<SparkSession>> session)
      throws IOException {
    FileTree.Node top = FileTree.node(fs, root);
    List<FileTree.Node> files = files(fs, top);
    String prefix = top.path().toUri().getPath();
    List<Entry> entries = new ArrayList<>();
    if (session.isPresent() && files.size() >= MANY) {
      List<InputDigests.Unread> unread = new ArrayList<>();
      for (FileTree.Node file : files) {
        if (file.isFile()) {
          unread.add(
              new InputDigests.Unread(
                  relative(file, prefix), file.path().toString(), file.bytes()));
        } else {
          entries.add(entry(fs, file, prefix, sparing, true));
        }
      }
      InputDigests.inTasks(unread, session.get())
          .forEach(read -> entries.add(read.entry(sparing, null)));
    } else {
      entries.addAll(here(files, file -> entry(fs, file, prefix, sparing, true)));
    }
    entries.sort(Comparator.comparing(Entry::path));
    return List.copyOf(entries);
  }

  private static List<FileTree.Node> files(FileSystem fs, FileTree.Node top) throws IOException {
    List<FileTree.Node> files = new ArrayList<>();
    collect(fs, top, new HashSet<>(), files);
    return files;
  }

  private static List<Entry> here(List<FileTree.Node> files, Function<FileTree.Node, Entry> entry) {
    try (Progress progress =
        files.size() < MANY ? null : Progress.start("digest", files.size(), "files")) {
      return files.parallelStream().map(entry).peek(done -> advance(progress)).toList();
    }
  }

  private static void advance(Progress progress) {
    if (progress != null) {
      progress.advance(1);
    }
  }

  private static String relative(FileTree.Node file, String prefix) {
    String path = file.path().toUri().getPath();
    return path.equals(prefix) ? anyName(file.name()) : path.substring(prefix.length() + 1);
  }

  /**
   * A file's entry.
   *
   * @param input whether a file that this process read before need not be read again
   */
  private static Entry entry(
      FileSystem fs, FileTree.Node file, String prefix, boolean sparing, boolean input) {
    String relative = relative(file, prefix);
    if (file.isFolder()) {
      return new Entry(relative, 0, SEEN);
    }
    String problem = file.problem();
    IOException cause = null;
    if (file.isFile()) {
      try {
        String sha256 =
            input ? InputDigests.sha256(fs, file.path(), file.bytes()) : sha256(fs, file.path());
        return new Entry(relative, file.bytes(), sha256);
      } catch (IOException e) {
        problem = e.getClass().getSimpleName();
        cause = e;
      }
    }
    return new InputDigests.Read(relative, file.path().toString(), file.bytes(), "", problem)
        .entry(sparing, cause);
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
