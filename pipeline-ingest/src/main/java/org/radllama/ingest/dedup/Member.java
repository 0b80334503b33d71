package org.radllama.ingest.dedup;

import org.radllama.dataset.Fingerprint;
import org.radllama.dataset.Split;
import org.radllama.ingest.split.OrderKey;

/**
 * A report as deduplication sees it.
 *
 * @param order its place in the stated order
 * @param split its split
 * @param text its findings
 */
public record Member(OrderKey order, Split split, Fingerprint text) {
  boolean train() {
    return split == Split.TRAIN;
  }
}
