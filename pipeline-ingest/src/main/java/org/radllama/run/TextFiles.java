package org.radllama.run;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

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
}
