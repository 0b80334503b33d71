/**
 * What a training run leaves behind: its metrics, its curves. Adapters and checkpoints have
 * packages of their own.
 */
package org.radllama.train.export;
