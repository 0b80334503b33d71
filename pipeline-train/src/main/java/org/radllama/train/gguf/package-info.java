/**
 * The GGUF file format, version 3, for writing: metadata, element types, and a writer that never
 * holds more than a piece of a tensor. Nothing here knows a model or a tokenizer.
 *
 * <p>Source: the format's specification (ggml, {@code docs/gguf.md}) and, for Q8_0, the reference
 * quantisation of ggml.
 */
package org.radllama.train.gguf;
