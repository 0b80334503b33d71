/**
 * Sums of rows of statistics by system, corpus and subset, and what is computed of them: exact
 * scores for the table, intervals of resampled groups. Neither partitions nor the order of reports
 * can change a result.
 *
 * <p>What comes back from the executors is bounded whatever the number of reports: totals, at most
 * 8,192 single reports or 2,048 sums of groups a cell, counts for plots. Plain Java.
 */
package org.radllama.eval.score.statistics;
