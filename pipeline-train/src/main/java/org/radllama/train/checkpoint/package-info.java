/**
 * Models that others trained, as a Hugging Face checkpoint directory ({@code config.json}, one or
 * more safetensors files, the tokenizer's files) or as one GGUF file. Reading checks every weight's
 * name, shape and type before a number is used; writing makes what transformers loads. Pickled
 * weights are never opened, since opening one runs its code. No arithmetic here but undoing a
 * quantisation, and no tensor library.
 */
package org.radllama.train.checkpoint;
