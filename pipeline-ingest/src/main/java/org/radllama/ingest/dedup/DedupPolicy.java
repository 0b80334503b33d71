package org.radllama.ingest.dedup;

import java.io.Serializable;
import org.radllama.dataset.Similarity;

/**
 * What counts as near, and what is removed from train. Held-out reports never are.
 *
 * @param exact whether of train's reports with equal findings only the first stays
 * @param near whether of train's reports in a cluster only the first stays; needs {@code exact}
 * @param keepContradictions whether near texts that differ in a negation or a side are no
 *     duplicates; leakage is by similarity alone
 * @param similarity when two findings are near
 * @param leakage what happens to train's reports near a held-out one
 */
public record DedupPolicy(
    boolean exact,
    boolean near,
    boolean keepContradictions,
    Similarity similarity,
    LeakagePolicy leakage)
    implements Serializable {}
