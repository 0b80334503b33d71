package org.radllama.eval.score;

/**
 * A metric of a system on a subset.
 *
 * @param mean exact mean over the subset's reports
 * @param low lower bound of the bootstrap interval
 * @param high upper bound
 * @param n reports
 */
public record Summary(double mean, double low, double high, int n) {}
