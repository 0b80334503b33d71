package org.radllama.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** How the files of an attempt are described, and marked as whole. */
final class Publication {
  private final FileSystem fs;
  private final Path work;
  private final Set<String> unlisted;

  /**
   * The publication of a work directory.
   *
   * @param unstable outputs that the manifest does not list, since they may differ between equal
   *     runs
   */
  Publication(FileSystem fs, Path work, Set<String> unstable) {
    this.fs = fs;
    this.work = work;
    unlisted = new HashSet<>(unstable);
    unlisted.addAll(Set.of(RunDirectory.IDENTITY, PublishedFiles.MANIFEST, PublishedFiles.TIMINGS));
  }

  /**
   * What was published.
   *
   * @param bytes of each file, by its path below the directory
   * @param manifestSha256 of the manifest's bytes
   */
  record Described(SortedMap<String, Long> bytes, String manifestSha256) {}

  /**
   * Hashes the outputs and writes {@code manifest.json}, {@code timings.json} and {@code _SUCCESS};
   * then all of it is on the disk.
   */
  Described describe(ObjectNode manifest, ObjectNode timings) throws IOException {
    SortedMap<String, Long> files = new TreeMap<>();
    ObjectNode outputs = manifest.putObject("outputs");
    for (Digests.Entry entry : Digests.listing(fs, work)) {
      if (!unlisted.contains(entry.path())) {
        outputs.putObject(entry.path()).put("bytes", entry.bytes()).put("sha256", entry.sha256());
      }
      files.put(entry.path(), entry.bytes());
    }
    files.remove(RunDirectory.IDENTITY);
    String text = Json.text(manifest);
    write(PublishedFiles.MANIFEST, text, files);
    write(PublishedFiles.TIMINGS, Json.text(timings), files);
    write(PublishedFiles.SUCCESS, "", files);
    LocalFiles.restrict(fs, work);
    Durable.sync(fs, work);
    return new Described(files, Digests.sha256(text));
  }

  private void write(String name, String text, SortedMap<String, Long> files) throws IOException {
    TextFiles.write(fs, new Path(work, name), text);
    files.put(name, (long) text.getBytes(StandardCharsets.UTF_8).length);
  }
}
