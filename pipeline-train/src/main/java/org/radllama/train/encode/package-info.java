/**
 * Examples and reports as the token ids that a model learns from and is prompted with. What is too
 * long is shortened by a stated rule and counted with its id, never silently. Nothing here knows a
 * tensor library; texts come in, {@code EncodedExample} goes out.
 */
package org.radllama.train.encode;
