package org.radllama.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** How a work directory becomes a published run: described, marked as whole, renamed. */
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
   * Hashes the outputs and writes {@code manifest.json}, {@code timings.json} and {@code _SUCCESS};
   * then all of it is on the disk.
   *
   * @return whether the directory is still the one that its owner began
   */
  boolean describe(ObjectNode manifest, ObjectNode timings) throws IOException {
    ObjectNode outputs = manifest.putObject("outputs");
    for (Digests.Entry entry : Digests.listing(fs, work)) {
      if (!unlisted.contains(entry.path())) {
        outputs.putObject(entry.path()).put("bytes", entry.bytes()).put("sha256", entry.sha256());
      }
    }
    Json.write(fs, new Path(work, PublishedFiles.MANIFEST), manifest);
    Json.write(fs, new Path(work, PublishedFiles.TIMINGS), timings);
    TextFiles.write(fs, new Path(work, PublishedFiles.SUCCESS), "");
    LocalFiles.restrict(fs, work);
    Durable.sync(fs, work);
    // Last of all: what is without either record is nobody's.
    boolean own = fs.delete(new Path(work, RunDirectory.IDENTITY), false);
    Durable.syncEntries(fs, work);
    return own;
  }

  /**
   * Renames.
   *
   * @throws JobFailure exit 7 when the place is taken
   */
  void moveTo(Path published) throws IOException {
    try {
      Renaming.rename(fs, work, published);
      Durable.syncEntries(fs, published.getParent());
    } catch (FileAlreadyExistsException e) {
      throw new JobFailure(ExitCode.TAKEN, published.toUri().getPath() + " exists already", e);
    }
  }
}
