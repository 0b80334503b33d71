/**
 * Numbers for each prediction, and for each system on each subset of a corpus the exact mean with a
 * bootstrap interval. Neither partitions nor the order of predictions can change a result: means
 * are correctly rounded sums, and resampling is a function of (seed, sample, draw) over rows in the
 * order of their ids. The arithmetic is plain Java; {@code ScoreStage} and {@code ScoresFile} are
 * the Spark around it.
 *
 * <p>Scores and predictions come back to the driver, which writes the files: about 1 KB a
 * prediction with its text and both modes of ROUGE, so 1 GB for a million.
 */
package org.radllama.eval.score;
