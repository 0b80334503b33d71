/**
 * Text encoders of BERT's and RoBERTa's shape, brought by the user, and what is scored with them:
 * {@code BERTScore} and CheXbert's labels. Plain Java over the kernels of pipeline-train; knows
 * nothing of Spark.
 */
package org.radllama.eval.encoder;
