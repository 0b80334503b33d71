/**
 * Scores and the numbers they are made of. Each report gives a row of statistics ({@code
 * ScoreFamily}); every score is a function of sums of such rows ({@code Metrics}). Plain Java;
 * knows nothing of who sums.
 */
package org.radllama.eval.score.family;
