package org.radllama.ingest.read;

import java.io.Closeable;
import java.util.Iterator;
import org.radllama.ingest.record.Document;
import org.radllama.ingest.record.Outcome;

/** The records of an open file of many; it closes itself behind the last. */
interface OpenRecords extends Iterator<Outcome<Document>>, Closeable {}
