package org.radllama.run;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.store.ObjectOutput;
import org.radllama.store.ObjectStore;
import org.radllama.store.ObjectStores;

/**
 * Files that are on the disk, not in a cache that a power failure empties. On this machine a whole
 * directory is forced there once it is written; Hadoop's other file systems can do so only while a
 * file is open.
 */
public final class Durable {
  private Durable() {}

  /** Forces all files and directories below a directory of this machine to the disk. */
  public static void sync(FileSystem fs, Path directory) throws IOException {
    if (LocalFiles.isLocal(fs)) {
      List<java.nio.file.Path> all;
      try (Stream<java.nio.file.Path> walk = Files.walk(LocalFiles.path(directory))) {
        all = walk.toList();
      }
      for (java.nio.file.Path each : all) {
        force(each);
      }
    }
  }

  /** Forces the entries of a directory of this machine, such as a new name in it, to the disk. */
  public static void syncEntries(FileSystem fs, Path directory) throws IOException {
    if (LocalFiles.isLocal(fs)) {
      force(LocalFiles.path(directory));
    }
  }

  private static void force(java.nio.file.Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /**
   * Creates a file, in place of one that is there, which is on the disks of its file system when it
   * is closed; on this machine, when its directory is synchronised. On an object store it is not
   * there before.
   *
   * @param buffer bytes that are held back before they are written
   */
  public static OutputStream create(FileSystem fs, Path path, int buffer) throws IOException {
    Optional<ObjectStore> store = ObjectStores.of(fs);
    if (store.isPresent()) {
      return ObjectOutput.create(fs, store.get(), path);
    }
    FSDataOutputStream out = fs.create(path, true);
    OutputStream synced = LocalFiles.isLocal(fs) ? out : new Synced(out);
    return new BufferedOutputStream(synced, buffer);
  }

  private static final class Synced extends FilterOutputStream {
    private final FSDataOutputStream stream;
    private boolean closed;

    Synced(FSDataOutputStream out) {
      super(out);
      this.stream = out;
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
      stream.write(bytes, from, count);
    }

    @Override
    public void close() throws IOException {
      if (!closed) {
        closed = true;
        try (FSDataOutputStream last = stream) {
          last.hsync();
        }
      }
    }
  }
}
