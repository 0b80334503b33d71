/**
 * The Llama architecture, and those that share its blocks, as data: the shape in config.json, the
 * names and shapes of its weights, and the order of the trainable ones in the flat vector. No
 * arithmetic and no tensor library here.
 */
package org.radllama.train.llama;
