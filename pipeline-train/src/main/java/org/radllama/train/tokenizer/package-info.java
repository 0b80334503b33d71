/**
 * Text to token ids and back, and the making of a small Llama-2-style tokenizer. {@code
 * LlamaTokenizer} is the interface to two engines: {@code tokenizer.json} goes through Hugging
 * Face's own library, SentencePiece's {@code tokenizer.model} through plain Java that is held to
 * SentencePiece's ids; so every other tool gets the same ids. {@code Vocabulary} describes either
 * kind to programs that have neither library. Training one is plain Java too. Only {@code
 * CorpusWords}, which counts a dataset's words for training, knows Spark and the prompt; another
 * package encodes and shortens prompts.
 *
 * <p>The style: words carry their blank in front as U+2581, digits stand alone, what the alphabet
 * lacks (a line break among it) falls back to bytes; ids 0, 1, 2 are unk, s and /s, 3 to 258 the
 * bytes.
 */
package org.radllama.train.tokenizer;
