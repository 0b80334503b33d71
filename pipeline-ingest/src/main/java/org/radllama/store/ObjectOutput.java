package org.radllama.store;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file on an object store, there once it is finished and not before. A small one is a single
 * request; Hadoop's own stream asks several times before it writes.
 */
public final class ObjectOutput extends OutputStream {
  private static final Logger LOG = LoggerFactory.getLogger(ObjectOutput.class);
  private static final int SMALL = 8 << 20;

  private final FileSystem fs;
  private final ObjectStore store;
  private final Path path;
  private final boolean finishedByClose;
  private ByteArrayOutputStream held = new ByteArrayOutputStream();
  private FSDataOutputStream large;
  private long written;
  private boolean ended;

  private ObjectOutput(FileSystem fs, ObjectStore store, Path path, boolean finishedByClose) {
    this.fs = fs;
    this.store = store;
    this.path = path;
    this.finishedByClose = finishedByClose;
  }

  /** A file that is finished when it is closed. */
  public static ObjectOutput create(FileSystem fs, ObjectStore store, Path path) {
    return new ObjectOutput(fs, store, path, true);
  }

  /**
   * A file that must be finished before it is closed, or is not there: what a task that failed
   * closes is cut off.
   */
  public static ObjectOutput begin(FileSystem fs, ObjectStore store, Path path) {
    return new ObjectOutput(fs, store, path, false);
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int count) throws IOException {
    if (ended) {
      throw new IOException("written to after its end");
    }
    if (large == null && held.size() + (long) count > SMALL) {
      large = fs.create(path, true);
      held.writeTo(large);
      held = null;
    }
    if (large == null) {
      held.write(bytes, from, count);
    } else {
      large.write(bytes, from, count);
    }
    written += count;
  }

  /** Bytes written so far. */
  public long written() {
    return written;
  }

  /** Makes the file what was written. */
  public void finish() throws IOException {
    if (ended) {
      return;
    }
    ended = true;
    if (large != null) {
      large.close();
    } else {
      store.write(path, held.toByteArray());
      held = null;
    }
  }

  @Override
  public void close() throws IOException {
    if (finishedByClose) {
      finish();
    }
  }

  /** Gives up what is not finished. */
  public void discard() {
    if (!ended && large != null) {
      if (large.hasCapability(StreamCapabilities.ABORTABLE_STREAM)) {
        large.abort();
      } else {
        removed();
      }
    }
    ended = true;
  }

  /** The connector for gs:// cannot abort: what is there of the file is removed. */
  private void removed() {
    try {
      large.close();
      fs.delete(path, false);
    } catch (IOException e) {
      LOG.warn("a part of {} stays: {}", path.getName(), e.getClass().getSimpleName());
    }
  }
}
