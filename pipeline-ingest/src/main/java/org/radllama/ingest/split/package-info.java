/**
 * Gives every report its split: by a published split file, or seeded by patient. A patient is never
 * in two splits. Plain Java, no Spark.
 */
package org.radllama.ingest.split;
