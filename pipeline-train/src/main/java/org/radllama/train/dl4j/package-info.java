/**
 * The engine on DL4J and ND4J: a {@code MultiLayerNetwork} whose layers are the embedding, the
 * decoder blocks and the loss head, and whose parameters are exactly the trainable numbers, so that
 * DL4J's flat parameter and gradient vectors are the ones the cluster exchanges (on libtorch,
 * copies of them on its device). The layers are thin; the mathematics of a block is in {@link
 * org.radllama.train.dl4j.DecoderBlock}, over {@link org.radllama.train.kernels.Kernels}. The
 * frozen base is shared by all networks of a JVM and is no part of their configuration.
 *
 * <p>Why a {@code MultiLayerNetwork}: it gives one flat parameter vector and a flat gradient vector
 * of the same order, both cut into named tensors, which DL4J can serialise, and calls DL4J's
 * listeners. It does not give the blocks, the updater, workspaces or data iterators, since DL4J has
 * no Llama block, the optimiser works on the driver on the sum of all gradients, and matrices are
 * freed by {@link org.radllama.train.dl4j.LayerRun}; nor a file format, since adapters are PEFT's.
 *
 * <p>Texts are continued outside of DL4J's layers, by {@link org.radllama.train.dl4j.Continuation}
 * over caches of keys and values; which tokens are chosen is decided in {@link
 * org.radllama.train.decode}.
 */
package org.radllama.train.dl4j;
