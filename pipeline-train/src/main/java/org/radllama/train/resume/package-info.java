/**
 * What a training run needs to continue after it was killed: the trained weights, the optimiser's
 * moments and the position in the data, as directories that count only when they are complete.
 */
package org.radllama.train.resume;
