package org.radllama.ingest;

import java.util.Optional;
import org.radllama.ingest.publish.IngestTally;

/**
 * What an ingest run did.
 *
 * @param directory the published run directory; empty after a dry run and when the run was finished
 *     already
 * @param tally its counts, empty likewise
 */
public record IngestResult(Optional<String> directory, Optional<IngestTally> tally) {
  static final IngestResult NOTHING = new IngestResult(Optional.empty(), Optional.empty());
}
