/**
 * Gives every report its split: by a published split file, or seeded by patient. A patient is never
 * in two splits. Reading and placing are plain Java; only the check across all reports runs on
 * Spark.
 */
package org.radllama.ingest.split;
