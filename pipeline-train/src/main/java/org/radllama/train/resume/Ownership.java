package org.radllama.train.resume;

import java.io.IOException;

/** Whether this process may still write the run's work directory. */
public interface Ownership {
  /** Returns if it may; throws when another process has taken the run over. */
  void require() throws IOException;
}
