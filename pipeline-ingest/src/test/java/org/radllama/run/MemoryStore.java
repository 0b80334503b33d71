package org.radllama.run;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PositionedReadable;
import org.apache.hadoop.fs.Seekable;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;
import org.radllama.store.ObjectStore;

/**
 * An object store in memory as one process sees it: no directories, no renaming, single requests
 * that are whole, each of which the test may let fail, happen late or happen without a reply.
 */
public class MemoryStore extends FileSystem implements ObjectStore {
  static final URI ROOT = URI.create("mem://bucket");

  /** What all processes share: objects by key. */
  static final class Bucket {
    private final Map<String, byte[]> objects = new TreeMap<>();
    private final Map<String, Integer> writes = new TreeMap<>();
    private final Map<String, Integer> requests = new TreeMap<>();

    synchronized Map<String, byte[]> objects() {
      return new TreeMap<>(objects);
    }

    /** How often an object was written. */
    synchronized int writes(String key) {
      return writes.getOrDefault(key, 0);
    }

    synchronized Map<String, Integer> requests() {
      return new TreeMap<>(requests);
    }

    private synchronized void count(String what) {
      requests.merge(what, 1, Integer::sum);
    }

    private synchronized Optional<Stored> read(String key) {
      return Optional.ofNullable(objects.get(key)).map(body -> new Stored(body, tag(body)));
    }

    private synchronized Optional<String> write(String key, byte[] body, String condition) {
      byte[] old = objects.get(key);
      boolean holds =
          condition.isEmpty()
              || (condition.equals("*") ? old == null : old != null && tag(old).equals(condition));
      if (!holds) {
        return Optional.empty();
      }
      objects.put(key, body.clone());
      writes.merge(key, 1, Integer::sum);
      return Optional.of(tag(body));
    }

    private synchronized void delete(String key) {
      objects.keySet().removeIf(k -> k.equals(key) || k.startsWith(key + "/"));
    }

    /** As S3 makes it. */
    private static String tag(byte[] body) {
      return Digests.sha256(body).substring(0, 32);
    }
  }

  /** What a request does, once it does it. */
  interface Effect<T> {
    T apply() throws IOException;
  }

  /** What happens to the requests of a process. */
  interface Network {
    /**
     * Sends a request.
     *
     * @param changes whether it is a write
     */
    <T> T send(String what, String key, boolean changes, Effect<T> effect) throws IOException;

    /** A request that is answered at once. */
    static Network reliable() {
      return new Network() {
        @Override
        public <T> T send(String what, String key, boolean changes, Effect<T> effect)
            throws IOException {
          return effect.apply();
        }
      };
    }
  }

  private final Bucket bucket;
  private final Network network;

  MemoryStore(Bucket bucket, Network network) {
    this.bucket = bucket;
    this.network = network;
    setConf(new Configuration(false));
  }

  static String key(Path path) {
    return path.toUri().getPath().substring(1);
  }

  private <T> T send(String what, Path path, boolean changes, Effect<T> effect) throws IOException {
    bucket.count(what);
    return network.send(what, key(path), changes, effect);
  }

  @Override
  public Optional<String> create(Path path, byte[] body) throws IOException {
    return send("PUT", path, true, () -> bucket.write(key(path), body, "*"));
  }

  @Override
  public Optional<String> replace(Path path, byte[] body, String tag) throws IOException {
    return send("PUT", path, true, () -> bucket.write(key(path), body, tag));
  }

  @Override
  public void write(Path path, byte[] body) throws IOException {
    send("PUT", path, true, () -> bucket.write(key(path), body, ""));
  }

  @Override
  public void remove(Path path) throws IOException {
    delete(path, false);
  }

  @Override
  public Optional<Stored> read(Path path) throws IOException {
    return send("GET", path, false, () -> bucket.read(key(path)));
  }

  @Override
  public URI getUri() {
    return ROOT;
  }

  @Override
  public String getScheme() {
    return ROOT.getScheme();
  }

  @Override
  public FSDataInputStream open(Path path, int buffer) throws IOException {
    Optional<Stored> stored = read(path);
    return new FSDataInputStream(
        new Bytes(stored.orElseThrow(() -> new FileNotFoundException(path.toString())).body()));
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      FsPermission permission,
      boolean overwrite,
      int buffer,
      short replication,
      long block,
      Progressable progress) {
    ByteArrayOutputStream bytes =
        new ByteArrayOutputStream() {
          @Override
          public void close() throws IOException {
            MemoryStore.this.write(path, toByteArray());
          }
        };
    return new FSDataOutputStream(bytes, null);
  }

  @Override
  public FSDataOutputStream append(Path path, int buffer, Progressable progress) {
    throw new UnsupportedOperationException("append");
  }

  @Override
  public boolean rename(Path from, Path to) {
    throw new UnsupportedOperationException("rename");
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    return send(
        "DELETE",
        path,
        true,
        () -> {
          bucket.delete(key(path));
          return true;
        });
  }

  @Override
  public FileStatus[] listStatus(Path path) throws IOException {
    Map<String, byte[]> all = send("LIST", path, false, bucket::objects);
    String prefix = key(path) + "/";
    List<FileStatus> found = new ArrayList<>();
    TreeSet<String> folders = new TreeSet<>();
    all.forEach(
        (key, body) -> {
          if (key.startsWith(prefix)) {
            String rest = key.substring(prefix.length());
            int slash = rest.indexOf('/');
            if (slash < 0) {
              found.add(status(new Path(path, rest), body));
            } else {
              folders.add(rest.substring(0, slash));
            }
          }
        });
    folders.forEach(name -> found.add(new FileStatus(0, true, 1, 1, 0, new Path(path, name))));
    if (found.isEmpty()) {
      throw new FileNotFoundException(path.toString());
    }
    return found.toArray(FileStatus[]::new);
  }

  private FileStatus status(Path path, byte[] body) {
    return new FileStatus(body.length, false, 1, 1, 0, makeQualified(path));
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    Map<String, byte[]> all = send("HEAD", path, false, bucket::objects);
    if (all.containsKey(key(path))) {
      return status(path, all.get(key(path)));
    }
    if (all.keySet().stream().anyMatch(k -> k.startsWith(key(path) + "/"))) {
      return new FileStatus(0, true, 1, 1, 0, makeQualified(path));
    }
    throw new FileNotFoundException(path.toString());
  }

  @Override
  public boolean mkdirs(Path path, FsPermission permission) {
    throw new UnsupportedOperationException("mkdirs");
  }

  @Override
  public void setWorkingDirectory(Path path) {}

  @Override
  public Path getWorkingDirectory() {
    return new Path(ROOT.toString() + "/");
  }

  private static final class Bytes extends ByteArrayInputStream
      implements Seekable, PositionedReadable {
    Bytes(byte[] body) {
      super(body);
    }

    @Override
    public void seek(long position) {
      pos = (int) position;
    }

    @Override
    public long getPos() {
      return pos;
    }

    @Override
    public boolean seekToNewSource(long position) {
      return false;
    }

    @Override
    public int read(long position, byte[] into, int from, int length) {
      int n = Math.min(length, count - (int) position);
      System.arraycopy(buf, (int) position, into, from, Math.max(0, n));
      return n <= 0 ? -1 : n;
    }

    @Override
    public void readFully(long position, byte[] into, int from, int length) {
      System.arraycopy(buf, (int) position, into, from, length);
    }

    @Override
    public void readFully(long position, byte[] into) {
      readFully(position, into, 0, into.length);
    }
  }
}
