package org.radllama.ingest.clean;

/** How communications are told from findings. */
public enum CommunicationRule {
  /** Whole words and clauses that say that a person was informed; everything else stays. */
  TOLD,
  /**
   * The published rule of ImpressionGPT's {@code extract_mimic.py}, for comparison: the impression
   * ends before the first sentence with one of the words in it, case and parts of words as they
   * are.
   */
  IMPRESSIONGPT
}
