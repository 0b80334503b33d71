/**
 * Scores of systems. Each report gives a row of statistics ({@code ScoreFamily}); rows are summed
 * by system, corpus and subset ({@code Tally}), and every score is a function of such sums: exact
 * for the table, of resampled groups for the interval. Neither partitions nor the order of reports
 * can change a result.
 *
 * <p>What comes back from the executors is bounded whatever the number of reports: totals, at most
 * 8,192 single reports or 2,048 sums of groups a cell, counts for plots. {@code ScoreStage}, {@code
 * ScoreTask}, {@code ScoreRowWriter} and {@code LinePieces} are the Spark and Hadoop around plain
 * Java.
 */
package org.radllama.eval.score;
