/**
 * What a training run publishes: its metrics, also for Spark's sinks, its curves, the base with the
 * adapter merged in, and the whole model as GGUF. The files of adapters, of checkpoints and the
 * GGUF format have packages of their own.
 */
package org.radllama.train.export;
