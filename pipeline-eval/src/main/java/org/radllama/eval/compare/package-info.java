/**
 * Whether two systems differ: paired approximate randomisation with Holm's correction for multiple
 * tests. Plain Java over the tallies of {@code score}.
 */
package org.radllama.eval.compare;
