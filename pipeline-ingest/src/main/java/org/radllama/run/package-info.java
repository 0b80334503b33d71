/**
 * What all three jobs share: flags, configuration, the run directory with its lease and manifest,
 * exit codes and progress. Nothing here knows a report, a model or a score.
 *
 * <p>A run directory appears whole or not at all: work is done in {@code OUT/_work/RUN_ID/OWNER},
 * owned by the lease file {@code OUT/_work/RUN_ID.lease}, and published by one rename to {@code
 * OUT/RUN_ID}.
 */
package org.radllama.run;
