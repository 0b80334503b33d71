package org.radllama.store;

import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Tells object stores from file systems that rename. */
public final class ObjectStores {
  private static final String S3A = "org.apache.hadoop.fs.s3a.S3AFileSystem";
  private static final String GCS = "com.google.cloud.hadoop.fs.gcs.GoogleHadoopFileSystem";

  private ObjectStores() {}

  /** The store behind a file system; empty where that is none of those known here. */
  public static Optional<ObjectStore> of(FileSystem fs) {
    if (fs instanceof ObjectStore own) {
      return Optional.of(own);
    }
    if (is(S3A, fs.getClass())) {
      return Optional.of(S3aStore.of(fs));
    }
    return is(GCS, fs.getClass()) ? Optional.of(GcsStore.of(fs)) : Optional.empty();
  }

  /** Whether {@link #of} knows the store of a path, which is not asked. */
  public static boolean isOn(Path path, Configuration hadoop) {
    String scheme = path.toUri().getScheme();
    try {
      Class<?> type =
          FileSystem.getFileSystemClass(
              scheme == null ? FileSystem.getDefaultUri(hadoop).getScheme() : scheme, hadoop);
      return ObjectStore.class.isAssignableFrom(type) || is(S3A, type) || is(GCS, type);
    } catch (IOException | RuntimeException | LinkageError e) {
      // No client here: whoever opens the path says so.
      return false;
    }
  }

  private static boolean is(String name, Class<?> type) {
    for (Class<?> c = type; c != null; c = c.getSuperclass()) {
      if (c.getName().equals(name)) {
        return true;
      }
    }
    return false;
  }
}
