package org.radllama.ingest.dedup;

import java.io.Serializable;

/**
 * What is removed from train. Held-out reports never are.
 *
 * @param exact whether of equal reports in train only the first stays
 * @param leakage what happens to train's reports that equal a held-out one
 */
public record DedupPolicy(boolean exact, LeakagePolicy leakage) implements Serializable {}
