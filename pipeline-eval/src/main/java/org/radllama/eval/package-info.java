/**
 * Evaluation: impressions generated over a split, scored beside baselines, compared and reported.
 * The job's main, its configuration and its result live here; each stage is a package below.
 */
package org.radllama.eval;
