package org.radllama.train.resume;

import java.io.IOException;
import org.apache.hadoop.fs.Path;

/** How the trained weights lie in a directory: as an adapter or as a model. */
public interface WeightFiles {
  /** Writes them below a directory. */
  void write(Path dir, float[] values) throws IOException;

  /** Reads them back. */
  float[] read(Path dir) throws IOException;
}
