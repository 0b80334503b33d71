/**
 * Writes what ingest publishes: the dataset as Parquet and JSONL, the lists of rejected, duplicate
 * and leaking reports, the dataset card and its machine-readable twin. Bytes depend on the records
 * and settings alone. Report text stands in the dataset files, and on the card only if that is set.
 */
package org.radllama.ingest.publish;
