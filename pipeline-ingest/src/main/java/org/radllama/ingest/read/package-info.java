/**
 * Reads report corpora: files are listed on the driver and opened many to a task, every format is
 * parsed by a plain class, and each record becomes a {@link org.radllama.ingest.read.Document} or a
 * {@link org.radllama.ingest.read.Rejection} with its reason. Nothing here judges what a report
 * says. No exception, log line or {@code toString} made here carries report text.
 */
package org.radllama.ingest.read;
