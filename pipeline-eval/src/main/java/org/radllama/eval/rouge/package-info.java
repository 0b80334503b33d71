/**
 * ROUGE as rouge_score 0.1.2 defines it, to the last bit: its tokeniser, nltk's Porter stemmer in
 * the mode it uses, rouge1 to rouge9, rougeL and rougeLsum. Plain Java on strings and ids; corpora,
 * means and intervals are elsewhere.
 *
 * <p>A scorer interns the tokens of both texts as dense ids, so that a pair costs no allocation:
 * each distinct token is stemmed once, n-grams are pairs of ids, and the longest common subsequence
 * is found 64 positions at a time (Hyyrö, "Bit-parallel LCS-length computation revisited", 2004).
 */
package org.radllama.eval.rouge;
