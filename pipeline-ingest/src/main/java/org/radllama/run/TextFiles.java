package org.radllama.run;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.store.ObjectStores;

/** Text files in UTF-8. */
public final class TextFiles {
  private static final int BUFFER = 1 << 16;

  private TextFiles() {}

  /** Writes a file, replacing what is there. */
  public static void write(FileSystem fs, Path path, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try (OutputStream out = Durable.create(fs, path, Math.max(1, Math.min(bytes.length, BUFFER)))) {
      out.write(bytes);
    }
  }

  /**
   * Puts a file in another's place, if there is one: a reader sees the old or the new, whole.
   *
   * @param next where it is written first, unless it is there whole or not at all
   */
  public static void replace(FileSystem fs, Path path, Path next, String text) throws IOException {
    if (ObjectStores.of(fs).isPresent()) {
      write(fs, path, text);
    } else {
      write(fs, next, text);
      Renaming.replace(fs, next, path);
    }
  }
}
