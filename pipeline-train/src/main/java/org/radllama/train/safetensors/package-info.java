/**
 * The safetensors file format: a strict reader and a deterministic writer over Hadoop file systems.
 * A file is checked whole before a number of it is used. Nothing here knows a model, an adapter or
 * a tensor library; numbers come and go as {@code float}, the flat vector of training among them.
 *
 * <p>Source: the format's description and the checks of its reference implementation
 * (huggingface/safetensors), with one more: duplicate keys are refused, as the description says.
 */
package org.radllama.train.safetensors;
