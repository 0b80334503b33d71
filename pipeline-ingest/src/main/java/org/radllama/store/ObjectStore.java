package org.radllama.store;

import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/**
 * Single requests of an object store, each of which takes effect whole or not at all. A request
 * that fails may have taken effect all the same, when its reply was lost: see {@link
 * ConfirmedWrites}.
 */
public interface ObjectStore {
  /**
   * An object as it was read.
   *
   * @param tag changes with every write of another body
   */
  record Stored(byte[] body, String tag) {}

  /**
   * Creates an object.
   *
   * @return its tag; empty when there was one of this name
   */
  Optional<String> create(Path path, byte[] body) throws IOException;

  /**
   * Replaces an object.
   *
   * @param tag of the body that is replaced
   * @return the new tag; empty when the object has another one, or is gone
   */
  Optional<String> replace(Path path, byte[] body, String tag) throws IOException;

  /** Writes an object, whether there is one or not. */
  void write(Path path, byte[] body) throws IOException;

  /** Deletes an object, if there is one. */
  void remove(Path path) throws IOException;

  /** Reads an object; empty when there is none. */
  Optional<Stored> read(Path path) throws IOException;
}
