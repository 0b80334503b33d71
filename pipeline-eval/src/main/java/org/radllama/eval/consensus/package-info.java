/**
 * Decoding by consensus: which of several impressions of one report agrees most with the others.
 * Plain Java on texts and weights; where the texts come from, and Spark, are in {@code predict}.
 */
package org.radllama.eval.consensus;
