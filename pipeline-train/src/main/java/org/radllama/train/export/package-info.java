/**
 * What a training run leaves behind: its metrics, its curves, the base with the adapter added in.
 * The files of adapters and checkpoints have packages of their own.
 */
package org.radllama.train.export;
