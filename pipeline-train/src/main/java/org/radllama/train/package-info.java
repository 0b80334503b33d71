/**
 * Training: an instruction dataset and a base model in, a LoRA adapter (or a whole small model)
 * out. The jobs' mains, their configuration and their results live here; each stage is a package
 * below.
 */
package org.radllama.train;
