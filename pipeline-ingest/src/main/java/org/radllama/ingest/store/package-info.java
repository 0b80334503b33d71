/**
 * Reports between reading and publishing: their records as bytes on the executors, and on the
 * driver an index of them without any text, by which all decisions are made. So the texts are read
 * once, parsed once and shuffled once, when they are published. Records are packed by hand, since
 * Java's own serialization of them costs more than parsing does.
 */
package org.radllama.ingest.store;
