/**
 * What an impression states: CheXpert's 14 observations (Irvin et al. 2019), each stated, denied,
 * left uncertain or not mentioned, found by rules of our own in {@code finding-rules.txt}. This is
 * not CheXbert and not CheXpert's labeller, and its F1 is comparable with theirs in kind only.
 * Plain Java on one text; sums over a corpus are elsewhere.
 *
 * <p>A text is cut into statements, a statement into words. Phrases claim words in the order of the
 * rule file. A mention takes the nearest cue whose scope reaches it: scopes end with the statement,
 * at stops, and where a new phrase or a clause of its own begins; a denial reaches over a list of
 * several things. The idea of cues and scopes is NegEx's (Chapman et al. 2001), the phrases are
 * not. {@link org.radllama.eval.findings.Evidence} says which words decide.
 *
 * <p>{@link org.radllama.eval.findings.ReportComparison} compares what two reports say of each
 * finding beyond its name.
 */
package org.radllama.eval.findings;
