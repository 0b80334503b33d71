/**
 * The seam between training on a cluster and the model's mathematics: token ids and one flat vector
 * of trainable numbers go in, a loss and a flat gradient come out. Neither Spark nor a tensor
 * library may appear in these types, so that an engine can be replaced without touching the rest.
 */
package org.radllama.train.engine;
