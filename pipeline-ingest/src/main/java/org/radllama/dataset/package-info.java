/**
 * The instruction dataset: what ingest publishes and what train and eval read. Nothing here knows
 * how a report was parsed.
 */
package org.radllama.dataset;
