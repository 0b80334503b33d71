/**
 * Synthetic report corpora: a seeded generator of chest studies whose findings and impressions
 * belong together, written in the layouts of MIMIC-CXR and OpenI. Every sentence is the project's
 * own; none describes a patient. For demonstrations, tests and benchmarks.
 */
package org.radllama.ingest.synthetic;
