/**
 * What all three jobs share: flags, configuration, the run directory with its lease and manifest,
 * exit codes and progress. Nothing here knows a report, a model or a score.
 *
 * <p>A run appears whole or not at all: where a directory can be renamed in one step, by that, and
 * on an object store by a marker that is created last. What differs between the two is behind
 * {@link org.radllama.run.RunStore}.
 */
package org.radllama.run;
