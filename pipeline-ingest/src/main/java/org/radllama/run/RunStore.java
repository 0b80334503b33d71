package org.radllama.run;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.store.ObjectStore;
import org.radllama.store.ObjectStores;

/**
 * Where runs are published: who owns a run-id, where an attempt at it writes, and how its files
 * become the run in one step. One kind renames a directory ({@link RenamedRuns}); the other creates
 * a marker that names the attempt ({@link CommittedRuns}).
 */
interface RunStore {
  /**
   * The store of a place.
   *
   * @throws JobFailure exit 2 where no step is whole or nothing
   */
  static RunStore of(String out, Configuration hadoop) throws IOException {
    Path root = new Path(out);
    if (ObjectStores.isOn(root, hadoop)) {
      FileSystem fs = root.getFileSystem(hadoop);
      ObjectStore store = ObjectStores.of(fs).orElseThrow();
      return new CommittedRuns(fs, store, root, Lease::sleep);
    }
    Renaming.requireAtomic(out, hadoop);
    return new RenamedRuns(LocalFiles.withoutChecksums(root, hadoop), root);
  }

  /** The file system of all paths. */
  FileSystem fileSystem();

  /**
   * Where the files of this very run are, if it is published with all of them.
   *
   * @throws JobFailure exit 7 when another run has the place, or files are missing
   */
  Optional<Path> published(RunIdentity identity) throws IOException;

  /**
   * Takes a run-id. The first thing that is written.
   *
   * @throws JobFailure exit 4 when it is being written, 2 where the store keeps no conditions
   */
  Ownership own(String runId, Duration stale) throws IOException;

  /** Where an owner writes, and no other. */
  Path attempt(String runId, String owner);

  /**
   * Where earlier owners wrote who published nothing.
   *
   * @throws JobFailure exit 7 when something else is there
   */
  List<Path> unfinished(String runId) throws IOException;

  /** Makes an attempt's directory. */
  void begin(Path attempt) throws IOException;

  /**
   * Takes an unfinished attempt out of its owner's hands, as far as that is needed: it may live.
   *
   * @return where its files are now
   */
  Path setAside(Path unfinished, Path attempt, int number) throws IOException;

  /** Takes over what a directory of an unfinished attempt has. */
  void adopt(Path kept, Path here) throws IOException;

  /** Removes what is left of one that was set aside, as far as nobody can publish it. */
  void discard(Path aside) throws IOException;

  /**
   * Ends an attempt whose files are all written and described.
   *
   * @return whether it is still the one that its owner began
   */
  boolean seal(Path attempt) throws IOException;

  /**
   * Makes an attempt the run.
   *
   * @param described its files
   * @return where they are now
   * @throws JobFailure exit 7 when the place is taken
   */
  Path publish(String runId, Path attempt, Publication.Described described) throws IOException;

  /**
   * Removes what can never be published any more: other attempts, once a run is.
   *
   * @param published where its files are
   */
  void sweep(String runId, Path published) throws IOException;

  /**
   * Removes what an owner wrote after it had lost the run-id.
   *
   * @param described whether all of it was written
   */
  void abandon(String runId, Path attempt, boolean described) throws IOException;
}
