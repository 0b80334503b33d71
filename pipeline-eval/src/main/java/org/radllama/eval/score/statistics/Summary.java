package org.radllama.eval.score.statistics;

import java.util.OptionalDouble;

/**
 * A score of a system on a subset.
 *
 * @param key what it is a score of
 * @param mean the score: an exact mean over the subset's reports, or where a score is not a mean
 *     (BLEU, chrF, F1, ratios) its value of their summed counts
 * @param low lower bound of the bootstrap interval
 * @param high upper bound
 * @param n reports
 * @param mid the median of the resampled means, where bounds are rouge_score's
 */
public record Summary(
    ScoreKey key, double mean, double low, double high, long n, OptionalDouble mid) {}
