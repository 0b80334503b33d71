package org.radllama.run;

import java.io.Closeable;
import java.io.IOException;

/** A file that is read from any place. */
public interface RandomInput extends Closeable {
  /** Its length in bytes. */
  long size();

  /**
   * Reads {@code length} bytes at a position.
   *
   * @throws IOException also when the file ends before
   */
  void readFully(long position, byte[] into, int length) throws IOException;
}
