package org.radllama.train.engine;

import java.io.Serializable;

/**
 * Keys the counter-based dropout of one optimiser step. With the example's index, the layer and the
 * position it decides every mask, so neither executor nor thread can change a result.
 */
public record DropoutKey(long seed, long step) implements Serializable {}
