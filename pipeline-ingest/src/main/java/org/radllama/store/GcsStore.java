package org.radllama.store;

import static org.radllama.store.S3aStore.call;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.Optional;
import org.apache.commons.lang3.ClassUtils;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.apache.commons.lang3.reflect.MethodUtils;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.failure.BadSettingException;
import org.radllama.failure.MissingResourceException;

/**
 * Google Cloud Storage through the client of its Hadoop connector, with the connector's endpoint,
 * credentials, proxy and retries. An object's tag is its generation, and the connector takes the
 * generation of the object that it is given as the condition of a write: 0 is that of none. Called
 * by name, since the connector is there only where it is used.
 */
final class GcsStore implements ObjectStore {
  private static final String CACHED = "fs.gs.performance.cache.enable";
  private static final int NOT_FOUND = 404;
  private static final int FAILED = 412;

  /** Tries to read an object that others replace meanwhile. */
  private static final int READS = 10;

  private final FileSystem fs;
  private final Object client;
  private final Method create;
  private final Class<?> id;
  private final Object overwriting;

  private GcsStore(FileSystem fs) throws ReflectiveOperationException {
    this.fs = fs;
    this.client = call(call(fs, "getGcsFs"), "getGcs");
    this.create = method("create", 2);
    this.id = create.getParameterTypes()[0];
    this.overwriting = create.getParameterTypes()[1].getField("DEFAULT_OVERWRITE").get(null);
  }

  static GcsStore of(FileSystem fs) {
    if (fs.getConf().getBoolean(CACHED, false)) {
      throw new BadSettingException("%s must be off: what others write counts at once", CACHED);
    }
    try {
      return new GcsStore(fs);
    } catch (ReflectiveOperationException e) {
      throw unknown(e);
    }
  }

  private static MissingResourceException unknown(ReflectiveOperationException e) {
    return new MissingResourceException(
        "the connector for gs:// has not the methods of 2.2.26: take one of the 2.2 line", e);
  }

  private Method method(String name, int parameters) throws NoSuchMethodException {
    for (Class<?> type : ClassUtils.getAllInterfaces(client.getClass())) {
      for (Method method : type.getMethods()) {
        if (method.getName().equals(name) && method.getParameterCount() == parameters) {
          return method;
        }
      }
    }
    throw new NoSuchMethodException(name);
  }

  private static <T> T sent(S3aStore.Request<T> request) throws IOException {
    try {
      return request.send();
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      if (e.getCause() instanceof RuntimeException failure) {
        throw new IOException(failure);
      }
      throw (IOException) e.getCause();
    } catch (ReflectiveOperationException e) {
      throw unknown(e);
    }
  }

  private Object object(Path path, long generation) throws ReflectiveOperationException {
    Constructor<?> constructor = id.getConstructor(String.class, String.class, long.class);
    return constructor.newInstance(
        fs.getUri().getHost(), path.toUri().getPath().substring(1), generation);
  }

  private Object object(Path path) throws ReflectiveOperationException {
    return object(path, id.getField("UNKNOWN_GENERATION_ID").getLong(null));
  }

  private String put(Object object, byte[] body) throws IOException {
    return sent(
        () -> {
          Object channel = create.invoke(client, object, overwriting);
          try (OutputStream out = Channels.newOutputStream((WritableByteChannel) channel)) {
            out.write(body);
          }
          return String.valueOf(call(call(channel, "getItemInfo"), "getContentGeneration"));
        });
  }

  private Optional<String> conditional(Path path, byte[] body, long generation) throws IOException {
    try {
      return Optional.of(put(sent(() -> object(path, generation)), body));
    } catch (IOException e) {
      int status = status(e);
      if (status == FAILED || (status == NOT_FOUND && generation != 0 && exists())) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Whether it is the object that is gone, and not its bucket. */
  private boolean exists() throws IOException {
    return fs.exists(new Path("/"));
  }

  /** The HTTP status of a failure; 0 where there was no answer. */
  private static int status(IOException failure) {
    for (Throwable t : ExceptionUtils.getThrowableList(failure)) {
      try {
        if (MethodUtils.getAccessibleMethod(t.getClass(), "getStatusCode") != null) {
          return (int) call(t, "getStatusCode");
        }
      } catch (ReflectiveOperationException e) {
        throw unknown(e);
      }
    }
    return 0;
  }

  @Override
  public Optional<String> create(Path path, byte[] body) throws IOException {
    return conditional(path, body, 0);
  }

  @Override
  public Optional<String> replace(Path path, byte[] body, String tag) throws IOException {
    return conditional(path, body, Long.parseLong(tag));
  }

  @Override
  public void write(Path path, byte[] body) throws IOException {
    put(sent(() -> object(path)), body);
  }

  @Override
  public void remove(Path path) throws IOException {
    sent(() -> call(client, "deleteObjects", List.of(object(path))));
  }

  @Override
  public Optional<Stored> read(Path path) throws IOException {
    for (int i = 1; ; i++) {
      Object info = sent(() -> call(client, "getItemInfo", object(path)));
      if (!sent(() -> (boolean) call(info, "exists"))) {
        return Optional.empty();
      }
      long generation = sent(() -> (long) call(info, "getContentGeneration"));
      try {
        return Optional.of(
            new Stored(body(sent(() -> object(path, generation))), Long.toString(generation)));
      } catch (IOException e) {
        if (i == READS || !(status(e) == NOT_FOUND || e instanceof FileNotFoundException)) {
          throw e;
        }
      }
    }
  }

  private byte[] body(Object object) throws IOException {
    return sent(
        () -> {
          Object channel = call(client, "open", object);
          try (InputStream in = Channels.newInputStream((ReadableByteChannel) channel)) {
            return in.readAllBytes();
          }
        });
  }
}
