package org.radllama.dataset;

import java.io.Serializable;

/**
 * When two findings are near: their sets of word n-grams have at least this Jaccard similarity.
 *
 * @param shingleWords n, at least 1; a text of fewer words is one shingle
 * @param jaccard the least similarity, above 0 and at most 1
 * @param comparisonsPerText comparisons a distinct text may cost before large buckets are searched
 *     in a bounded way
 */
public record Similarity(int shingleWords, double jaccard, int comparisonsPerText)
    implements Serializable {}
