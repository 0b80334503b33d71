/**
 * Examples and reports as the token ids a model learns from and is asked with. What is too long is
 * shortened by a stated rule and counted with its id, never in silence. Nothing here knows Spark or
 * a tensor library; texts come in, {@code EncodedExample} goes out.
 */
package org.radllama.train.encode;
