/**
 * Reads report corpora: files, and the members of archives, are listed on the driver and opened
 * many to a task; every format is parsed by a plain class; and each record becomes a {@link
 * org.radllama.ingest.record.Document} or a {@link org.radllama.ingest.record.Rejection} with its
 * reason. Input is not trusted: sizes are bounded before anything is held in memory, nothing is
 * unpacked to disk, and no format can name other files or hosts. Nothing here judges what a report
 * says. No exception, log line or {@code toString} made here carries report text.
 */
package org.radllama.ingest.read;
