/**
 * Text encoders of BERT's and RoBERTa's shape, brought by the user, and what is scored with them:
 * {@code BERTScore} and CheXbert's labels. Plain Java over the kernels of pipeline-train; of Spark
 * nothing is known here.
 */
package org.radllama.eval.encoder;
