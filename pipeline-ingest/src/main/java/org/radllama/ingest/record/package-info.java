/**
 * What travels through the stages of ingest: a document as its file holds it, the report found in
 * it, and the outcome of a step, which keeps the record or rejects it with a reason. No stage's
 * work is done here, and nothing here opens a file.
 */
package org.radllama.ingest.record;
