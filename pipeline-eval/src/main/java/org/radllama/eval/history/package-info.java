/**
 * All published runs of a directory, in the order in which they ended: what they were made of, what
 * they scored, what changed, and the page that shows it. Reads manifests, timings and metrics,
 * never data files, so no report text can come here.
 *
 * <p>{@link org.radllama.eval.history.RunListing} alone knows file systems; the rest is plain Java
 * on what it read.
 */
package org.radllama.eval.history;
