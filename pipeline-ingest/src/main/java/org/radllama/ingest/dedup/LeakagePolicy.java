package org.radllama.ingest.dedup;

/** What happens to train's reports that a held-out report equals. */
public enum LeakagePolicy {
  /** Train loses them. */
  REMOVE,
  /** They stay and are listed. */
  MARK
}
