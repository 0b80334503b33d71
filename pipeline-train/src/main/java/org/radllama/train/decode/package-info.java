/**
 * Choosing a text's next tokens from a model's logits: greedily, by drawing, by beam search. One
 * {@link org.radllama.train.decode.TokenSearch} serves one text and sees nothing but the logits of
 * its own open beams, so that neither the batch nor the thread can change a choice. Plain Java:
 * knows neither tensors nor caches nor the model.
 */
package org.radllama.train.decode;
