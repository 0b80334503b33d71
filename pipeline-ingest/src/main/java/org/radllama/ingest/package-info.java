/**
 * Ingest: report corpora in, an instruction dataset out. The job's main, its configuration and its
 * result live here; each stage is a package below, in the order in which reports pass them: read,
 * section, clean, split, store, dedup, publish.
 */
package org.radllama.ingest;
