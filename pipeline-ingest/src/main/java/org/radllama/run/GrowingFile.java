package org.radllama.run;

import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.store.ObjectStore;
import org.radllama.store.ObjectStores;

/**
 * A file that others may read while it grows: what was written before a {@code flush} is there. An
 * object store has no such files, so that there it is written again now and then.
 */
public final class GrowingFile {
  private GrowingFile() {}

  /**
   * Creates a file, in place of one that is there.
   *
   * @param between the least time between two writes of the whole file on an object store
   */
  public static OutputStream create(FileSystem fs, Path path, Duration between) throws IOException {
    Optional<ObjectStore> store = ObjectStores.of(fs);
    return store.isPresent()
        ? new Rewritten(store.get(), path, between.toNanos())
        : new Flushed(fs.create(path, true));
  }

  private static final class Flushed extends FilterOutputStream {
    private final FSDataOutputStream stream;

    Flushed(FSDataOutputStream out) {
      super(out);
      this.stream = out;
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
      stream.write(bytes, from, count);
    }

    @Override
    public void flush() throws IOException {
      stream.hflush();
    }
  }

  private static final class Rewritten extends ByteArrayOutputStream {
    private final ObjectStore store;
    private final Path path;
    private final long between;
    private long last = System.nanoTime();
    private int written = -1;

    Rewritten(ObjectStore store, Path path, long between) {
      this.store = store;
      this.path = path;
      this.between = between;
    }

    @Override
    public void flush() throws IOException {
      if (System.nanoTime() - last >= between) {
        last = System.nanoTime();
        write();
      }
    }

    private void write() throws IOException {
      if (written != size()) {
        store.write(path, toByteArray());
        written = size();
      }
    }

    @Override
    public void close() throws IOException {
      write();
    }
  }
}
