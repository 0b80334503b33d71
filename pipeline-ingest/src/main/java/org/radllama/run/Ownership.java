package org.radllama.run;

import java.io.IOException;
import java.time.Duration;

/** That one process at a time works on a run-id, as far as it can know. */
interface Ownership extends AutoCloseable {
  /** How time passes between two looks at another's lease. */
  @FunctionalInterface
  interface Pause {
    void sleep(Duration time) throws IOException;
  }

  /** Names this owner and no other, before or after. */
  String owner();

  /** Whether this is still the owner, as the store says now. */
  boolean owned() throws IOException;

  /** As {@link #owned()}, but looks only when so long has passed that another may have come. */
  boolean held() throws IOException;

  /** Gives the run-id back. */
  @Override
  void close() throws IOException;
}
