/**
 * BLEU and chrF as sacreBLEU 2.6.0 defines them (Post 2018; Popović 2015), written from its
 * documentation and checked against its values: counts of a pair that are summed over a corpus, and
 * the score of such sums. Plain Java on strings; corpora, intervals and files are elsewhere.
 */
package org.radllama.eval.bleu;
