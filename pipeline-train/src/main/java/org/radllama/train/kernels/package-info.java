/**
 * The arithmetic of a model, each operation forward and backward, over dense row-major float
 * matrices. One instance of {@link org.radllama.train.kernels.Kernels} and one {@link
 * org.radllama.train.kernels.Arena} serve one thread; work is spread by running several of them on
 * different examples, never by splitting an operation, so that the number of threads cannot change
 * a result. Three implementations, each a {@link org.radllama.train.kernels.Backend}: fused loops
 * with OpenBLAS and oneDNN on host memory, libtorch's operations on a CPU or GPU, and INDArray
 * operations wherever ND4J computes; matrices of one cannot be used by the others, and each frees
 * the arrays that it makes. Weights that are only read may be held in fewer bits ({@link
 * org.radllama.train.engine.Precision}). Knows nothing of layers, checkpoints or tokens' meaning.
 */
package org.radllama.train.kernels;
