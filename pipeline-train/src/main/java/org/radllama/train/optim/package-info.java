/**
 * The optimiser, on the driver and over flat vectors: AdamW, learning-rate schedules, clipping.
 * Plain arithmetic; knows neither models nor clusters.
 */
package org.radllama.train.optim;
