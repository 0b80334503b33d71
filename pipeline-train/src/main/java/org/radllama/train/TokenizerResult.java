package org.radllama.train;

/**
 * A made tokenizer.
 *
 * @param examples how many examples it was made from
 * @param words distinct units in them
 * @param tokens how many tokens it has; at most the vocabulary size asked for
 * @param merges how many merges
 */
public record TokenizerResult(long examples, int words, int tokens, int merges) {}
