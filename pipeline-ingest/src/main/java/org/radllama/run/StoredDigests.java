package org.radllama.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * SHA-256 of what is on an object store, by one listing and one request a small file; a version of
 * a file, by its tag, is read once by a process.
 */
final class StoredDigests {
  private static final Map<Version, String> KNOWN = new ConcurrentHashMap<>();

  private final FileSystem fs;

  StoredDigests(FileSystem fs) {
    this.fs = fs;
  }

  private record Version(String path, String tag) {}

  /** Every file below a folder, sorted by relative path, with its digest. */
  List<Digests.Entry> listing(Path folder) throws IOException {
    Map<String, FileStatus> all = FileLengths.all(fs, folder);
    // Of an attempt at a run; it is no output.
    all.remove(RunDirectory.IDENTITY);
    List<Map.Entry<String, FileStatus>> files = List.copyOf(all.entrySet());
    try {
      return files.parallelStream().map(file -> entry(file.getKey(), file.getValue())).toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private Digests.Entry entry(String name, FileStatus file) {
    try {
      return new Digests.Entry(name, file.getLen(), sha256(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String sha256(FileStatus file) throws IOException {
    String tag = file instanceof EtagSource source ? source.getEtag() : null;
    if (tag == null || tag.isEmpty()) {
      return read(file.getPath(), file.getLen());
    }
    Version version = new Version(file.getPath().toString(), tag);
    String known = KNOWN.get(version);
    if (known == null) {
      known = read(file.getPath(), file.getLen());
      KNOWN.put(version, known);
    }
    return known;
  }

  private String read(Path path, long bytes) throws IOException {
    if (bytes == 0) {
      return Digests.sha256(new byte[0]);
    }
    return Digests.sha256(InputFiles.open(fs, path, bytes));
  }

  /** The file of a path, with its digest. */
  Digests.Entry entry(String name, Path path, long bytes) {
    try {
      return new Digests.Entry(name, bytes, read(path, bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
