package org.radllama.run;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.store.ObjectStore;
import org.radllama.store.ObjectStores;

/** Opens files to read. */
public final class InputFiles {
  private static final int BUFFER = 1 << 18;

  /** Files up to here are read by one request of an object store. */
  private static final long SMALL = 8 << 20;

  private InputFiles() {}

  /**
   * Opens a file. Local ones are opened without Hadoop's layers, which look for a checksum file
   * beside each and cost several times the reading itself where files are small.
   */
  public static InputStream open(FileSystem fs, Path path) throws IOException {
    if (!LocalFiles.isLocal(fs)) {
      return fs.open(path);
    }
    try {
      return Files.newInputStream(LocalFiles.path(path));
    } catch (NoSuchFileException e) {
      throw missing(path, e);
    }
  }

  /**
   * Opens a file of which the length is known, to be read to its end.
   *
   * @param bytes its length; a small one of an object store is read by a single request
   */
  static InputStream open(FileSystem fs, Path path, long bytes) throws IOException {
    Optional<ObjectStore> store = bytes > SMALL ? Optional.empty() : ObjectStores.of(fs);
    if (store.isEmpty()) {
      return fs.open(path, BUFFER);
    }
    return new ByteArrayInputStream(
        store
            .get()
            .read(path)
            .orElseThrow(() -> new FileNotFoundException(path.toString()))
            .body());
  }

  /** Opens a file to be read from any place. */
  public static RandomInput openRandom(FileSystem fs, Path path) throws IOException {
    if (!LocalFiles.isLocal(fs)) {
      return new Remote(fs.open(path), fs.getFileStatus(path).getLen());
    }
    try {
      FileChannel channel = FileChannel.open(LocalFiles.path(path));
      return new Local(channel, channel.size());
    } catch (NoSuchFileException e) {
      throw missing(path, e);
    }
  }

  /** As Hadoop says that nothing is there. */
  static FileNotFoundException missing(Path path, NoSuchFileException e) {
    FileNotFoundException missing = new FileNotFoundException(path.toString());
    missing.initCause(e);
    return missing;
  }

  private record Local(FileChannel channel, long size) implements RandomInput {
    @Override
    public void readFully(long position, byte[] into, int length) throws IOException {
      ByteBuffer buffer = ByteBuffer.wrap(into, 0, length);
      while (buffer.hasRemaining()) {
        if (channel.read(buffer, position + buffer.position()) < 0) {
          throw new EOFException("the file ends early");
        }
      }
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  private record Remote(FSDataInputStream in, long size) implements RandomInput {
    @Override
    public void readFully(long position, byte[] into, int length) throws IOException {
      in.readFully(position, into, 0, length);
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }

  /**
   * A path with its scheme and authority: which file system one without them means depends on the
   * configuration, and a cached file system has that of whoever opened it first.
   */
  public static Path qualified(Configuration hadoop, String path) throws IOException {
    Path given = new Path(path);
    return given.getFileSystem(hadoop).makeQualified(given);
  }

  /**
   * Whether a path is a file: a look behind a file's name, as if it were a folder, is an error on
   * HDFS.
   */
  public static boolean isFile(FileSystem fs, Path path) throws IOException {
    return fs.exists(path) && fs.getFileStatus(path).isFile();
  }
}
