package org.radllama.store;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.net.SocketException;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.commons.lang3.reflect.MethodUtils;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * S3 through the client of Hadoop's s3a, with its endpoint, credentials, region, retries and
 * encryption. Conditions go as headers, which every version of the SDK signs and sends. Called by
 * name, since nothing of s3a or the SDK is there where it is not used.
 */
abstract class S3aStore implements ObjectStore {
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final int FAILED = 412;

  /** Another conditional write of the object was under way: S3 wants the request once more. */
  private static final int CONFLICTS = 10;

  /** Tries to read an object whose answer breaks off. */
  private static final int READS = 5;

  private static final long PAUSE_MILLIS = 50;

  private final FileSystem fs;

  S3aStore(FileSystem fs) {
    this.fs = fs;
  }

  static S3aStore of(FileSystem fs) {
    boolean second = MethodUtils.getAccessibleMethod(fs.getClass(), "getS3AInternals") != null;
    return second ? new S3aSdk2(fs) : new S3aSdk1(fs);
  }

  /** What is asked of the client; failures of the SDK come as they are. */
  @FunctionalInterface
  interface Request<T> {
    T send() throws ReflectiveOperationException, IOException;
  }

  /**
   * Puts an object.
   *
   * @param header of a condition; null for none
   * @return the tag
   */
  abstract String put(String key, byte[] body, String header, String value)
      throws ReflectiveOperationException;

  /** Gets an object. */
  abstract Stored get(String key) throws ReflectiveOperationException, IOException;

  /** Deletes an object. */
  abstract void delete(String key) throws ReflectiveOperationException;

  /** The HTTP status of a failure of the SDK; 0 where there was no answer. */
  abstract int status(Throwable failure) throws ReflectiveOperationException;

  /** S3's word for a failure. */
  abstract String code(Throwable failure) throws ReflectiveOperationException;

  /** Calls a public method by its name. */
  static Object call(Object on, String method, Object... arguments)
      throws ReflectiveOperationException {
    return MethodUtils.invokeMethod(on, method, arguments);
  }

  /** The file system whose client this is. */
  final FileSystem fileSystem() {
    return fs;
  }

  /** The bucket's name. */
  final String bucket() {
    return fs.getUri().getHost();
  }

  @Override
  public Optional<String> create(Path path, byte[] body) throws IOException {
    return conditional("create", path, body, "If-None-Match", "*");
  }

  @Override
  public Optional<String> replace(Path path, byte[] body, String tag) throws IOException {
    return conditional("replace", path, body, "If-Match", quoted(tag));
  }

  @Override
  public void write(Path path, byte[] body) throws IOException {
    try {
      send("write", path, () -> put(key(path), body, null, null));
    } catch (Refused e) {
      throw e.translated;
    }
  }

  @Override
  public void remove(Path path) throws IOException {
    try {
      send(
          "delete",
          path,
          () -> {
            delete(key(path));
            return "";
          });
    } catch (Refused e) {
      throw e.translated;
    }
  }

  @Override
  public Optional<Stored> read(Path path) throws IOException {
    for (int i = 1; ; i++) {
      try {
        return Optional.of(send("read", path, () -> get(key(path))));
      } catch (Refused e) {
        if (e.status == NOT_FOUND && !e.code.equals("NoSuchBucket")) {
          return Optional.empty();
        }
        throw e.translated;
      } catch (InterruptedIOException e) {
        throw e;
      } catch (IOException e) {
        // The answer broke off, behind what the client repeats by itself.
        if (i == READS) {
          throw (IOException) new SocketException("an answer of the store broke off").initCause(e);
        }
        pause(i);
      }
    }
  }

  private Optional<String> conditional(
      String what, Path path, byte[] body, String header, String value) throws IOException {
    for (int i = 1; ; i++) {
      try {
        return Optional.of(send(what, path, () -> put(key(path), body, header, value)));
      } catch (Refused e) {
        if (e.status == CONFLICT && i < CONFLICTS) {
          pause(i);
        } else if (e.status == FAILED
            || (e.status == NOT_FOUND
                && header.equals("If-Match")
                && !e.code.equals("NoSuchBucket"))) {
          return Optional.empty();
        } else {
          throw e.translated;
        }
      }
    }
  }

  private static void pause(int times) throws IOException {
    try {
      Thread.sleep(ThreadLocalRandom.current().nextLong(PAUSE_MILLIS * times) + 1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("interrupted").initCause(e);
    }
  }

  /** An answer other than success. */
  private static final class Refused extends IOException {
    private final int status;
    private final String code;
    private final IOException translated;

    Refused(int status, String code, IOException translated) {
      super(translated);
      this.status = status;
      this.code = code;
      this.translated = translated;
    }
  }

  private <T> T send(String what, Path path, Request<T> request) throws IOException {
    try {
      return request.send();
    } catch (InvocationTargetException e) {
      Throwable failure = e.getCause();
      if (failure instanceof Error error) {
        throw error;
      }
      if (failure instanceof IOException io) {
        throw io;
      }
      throw failed(what, path, failure);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this version of hadoop-aws is not known", e);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** As s3a says it, so that what is known of its exceptions holds for these. */
  private IOException failed(String what, Path path, Throwable failure) {
    try {
      Class<?> utils =
          Class.forName("org.apache.hadoop.fs.s3a.S3AUtils", true, fs.getClass().getClassLoader());
      IOException translated =
          (IOException)
              MethodUtils.invokeStaticMethod(
                  utils, "translateException", what, path.toString(), failure);
      int status = status(failure);
      return status > OK ? new Refused(status, code(failure), translated) : translated;
    } catch (ReflectiveOperationException e) {
      return new IOException(failure);
    }
  }

  private static String key(Path path) {
    return path.toUri().getPath().substring(1);
  }

  /** The first SDK takes the quotes off, the second leaves them. */
  private static String quoted(String tag) {
    return tag.startsWith("\"") ? tag : '"' + tag + '"';
  }
}
