/**
 * Scores systems on Spark: each task computes its reports' rows of statistics, writes its part of
 * the files and sums ({@code ScoreTask}); {@code ScoreStage} merges what the tasks wrote. The
 * scores themselves are in {@code family}, what sums amount to in {@code statistics}.
 */
package org.radllama.eval.score;
