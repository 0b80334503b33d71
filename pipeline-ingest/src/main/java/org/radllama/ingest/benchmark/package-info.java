/**
 * Benchmarks of the whole ingest job and of the search for near duplicates, on synthetic studies.
 * Mains for {@code spark-submit}; nothing else uses them. What they print is a measurement of one
 * machine, never an expectation of a test.
 */
package org.radllama.ingest.benchmark;
