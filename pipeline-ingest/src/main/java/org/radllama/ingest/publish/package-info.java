/**
 * Writes what ingest publishes: the dataset as Parquet and JSONL, the lists of rejected, duplicate
 * and leaking reports, the dataset card and its machine-readable twin. Bytes depend on the records
 * and settings alone. Report text is in the dataset files, and on the card only if a setting allows
 * it.
 */
package org.radllama.ingest.publish;
