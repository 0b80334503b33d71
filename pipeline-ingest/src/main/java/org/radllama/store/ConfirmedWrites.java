package org.radllama.store;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/**
 * Conditional writes whose answer is what the store holds, whatever happened to replies: a client
 * that repeats a request whose reply was lost is told that the condition failed, by its own first
 * request. Bodies must be unique to their writer, and to each write.
 */
public final class ConfirmedWrites {
  private final ObjectStore store;

  /** Writes to a store. */
  public ConfirmedWrites(ObjectStore store) {
    this.store = store;
  }

  /**
   * Creates an object.
   *
   * @return its tag; empty when there is another body
   * @throws IOException when nothing is there: the request may still take effect
   */
  public Optional<String> create(Path path, byte[] unique) throws IOException {
    IOException failure = null;
    try {
      Optional<String> tag = store.create(path, unique);
      if (tag.isPresent()) {
        return tag;
      }
    } catch (IOException e) {
      failure = e;
    }
    Optional<ObjectStore.Stored> there = look(path, failure);
    if (there.isEmpty() && failure != null) {
      throw failure;
    }
    return tagIfOwn(there, unique);
  }

  /**
   * Replaces an object.
   *
   * @return the new tag; empty when another body is there, or none
   * @throws IOException when the old body is still there: the request may still take effect
   */
  public Optional<String> replace(Path path, byte[] unique, String tag) throws IOException {
    IOException failure = null;
    try {
      Optional<String> written = store.replace(path, unique, tag);
      if (written.isPresent()) {
        return written;
      }
    } catch (IOException e) {
      failure = e;
    }
    Optional<ObjectStore.Stored> there = look(path, failure);
    if (failure != null && there.isPresent() && there.get().tag().equals(tag)) {
      throw failure;
    }
    return tagIfOwn(there, unique);
  }

  private Optional<ObjectStore.Stored> look(Path path, IOException failure) throws IOException {
    try {
      return store.read(path);
    } catch (IOException e) {
      if (failure != null) {
        e.addSuppressed(failure);
      }
      throw e;
    }
  }

  private static Optional<String> tagIfOwn(Optional<ObjectStore.Stored> there, byte[] unique) {
    return there.filter(o -> Arrays.equals(o.body(), unique)).map(ObjectStore.Stored::tag);
  }
}
