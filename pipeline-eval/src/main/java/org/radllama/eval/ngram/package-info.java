/**
 * Tokens as dense ids and the counting of n-grams that two texts share, without allocation from
 * pair to pair. What a token is, and what happens to the counts, is the business of {@code rouge}
 * and {@code bleu}. Plain Java.
 */
package org.radllama.eval.ngram;
