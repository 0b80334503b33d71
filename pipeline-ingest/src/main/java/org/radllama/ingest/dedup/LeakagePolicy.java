package org.radllama.ingest.dedup;

import java.util.Arrays;
import java.util.Locale;
import org.radllama.run.JobFailure;

/** What happens to train's reports that a held-out report equals. */
public enum LeakagePolicy {
  /** Train loses them. */
  REMOVE,
  /** They stay and are listed. */
  MARK;

  /**
   * Reads the setting.
   *
   * @throws JobFailure exit 2 for another word
   */
  public static LeakagePolicy of(String word) {
    return Arrays.stream(values())
        .filter(policy -> policy.name().toLowerCase(Locale.ROOT).equals(word))
        .findFirst()
        .orElseThrow(() -> JobFailure.usage("dedup.leakage must be remove or mark, not " + word));
  }
}
