/**
 * The GGUF file format: a strict reader and a deterministic writer over Hadoop file systems, which
 * never hold more than a piece of a tensor. A file's header is checked whole before a number of it
 * is used. Nothing here knows a model or a tokenizer.
 *
 * <p>Source: the format's specification (ggml, {@code docs/gguf.md}) and, for the quantised types,
 * the reference implementation of ggml.
 */
package org.radllama.train.gguf;
