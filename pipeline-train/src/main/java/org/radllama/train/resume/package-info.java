/**
 * What a training run must know to go on after it was killed: the trained numbers, the optimiser's
 * moments and where the data stands, as directories that are either whole or not counted.
 */
package org.radllama.train.resume;
