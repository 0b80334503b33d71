/**
 * The formats that reports come in: zip and tar archives, and tables as CSV, JSON lines or Parquet,
 * unpacked no further than a bound. Readers hand out bytes and cells; what these mean is decided in
 * {@code ingest.read}.
 */
package org.radllama.ingest.format;
