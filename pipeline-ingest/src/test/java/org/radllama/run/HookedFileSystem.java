package org.radllama.run;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.DelegateToFileSystem;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.util.Progressable;

/**
 * Files of this machine under the scheme {@code hooked}, where a test lets something happen just
 * before an operation on a file of some name: another run comes, or the operation fails.
 */
public final class HookedFileSystem extends RawLocalFileSystem {
  static final URI ROOT = URI.create("hooked:///");
  private static final Map<String, Hook> HOOKS = new ConcurrentHashMap<>();

  private static final Map<String, Integer> OPENED = new ConcurrentHashMap<>();

  /** What happens. */
  interface Hook {
    void run() throws IOException;
  }

  /** How often files of some name were opened since {@link #configuration}. */
  static int opened(String name) {
    return OPENED.getOrDefault(name, 0);
  }

  /** Lets something happen once, before {@code open}, {@code create}, {@code delete} or rename. */
  static void before(String operation, String name, Hook hook) {
    HOOKS.put(operation + " " + name, hook);
  }

  /** Lets an operation fail once. */
  static void fail(String operation, String name) {
    before(
        operation,
        name,
        () -> {
          throw new IOException("the disk is gone");
        });
  }

  static Configuration configuration() {
    HOOKS.clear();
    OPENED.clear();
    Configuration hadoop = new Configuration();
    hadoop.setClass(
        "fs.hooked.impl", HookedFileSystem.class, org.apache.hadoop.fs.FileSystem.class);
    hadoop.setClass(
        "fs.AbstractFileSystem.hooked.impl",
        InContext.class,
        org.apache.hadoop.fs.AbstractFileSystem.class);
    return hadoop;
  }

  /** The same for Hadoop's newer interface. */
  public static final class InContext extends DelegateToFileSystem {
    /** As Hadoop makes it. */
    public InContext(URI uri, Configuration hadoop) throws IOException, URISyntaxException {
      super(ROOT, new HookedFileSystem(), hadoop, ROOT.getScheme(), false);
    }
  }

  private static void happen(String operation, Path path) throws IOException {
    Hook hook = HOOKS.remove(operation + " " + path.getName());
    if (hook != null) {
      hook.run();
    }
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
    OPENED.merge(path.getName(), 1, Integer::sum);
    happen("open", path);
    return super.open(path, buffer);
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      boolean overwrite,
      int buffer,
      short replication,
      long block,
      Progressable progress)
      throws IOException {
    happen("create", path);
    return super.create(path, overwrite, buffer, replication, block, progress);
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    happen("delete", path);
    return super.delete(path, recursive);
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    happen("rename", to);
    return super.rename(from, to);
  }
}
