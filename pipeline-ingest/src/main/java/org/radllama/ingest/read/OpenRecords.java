package org.radllama.ingest.read;

import static org.radllama.text.Format.format;

import java.io.Closeable;
import java.io.IOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.radllama.failure.BadInputException;
import org.radllama.ingest.format.Packed;
import org.radllama.ingest.record.Document;
import org.radllama.ingest.record.Outcome;

/**
 * The records of an open file of many, read one ahead; it closes itself behind the last.
 *
 * @param <E> what the file holds
 */
abstract class OpenRecords<E> implements Iterator<Outcome<Document>>, Closeable {
  private final SourceFile file;
  private final Closeable input;
  private final String unit;
  private int row;
  private E next;

  /**
   * An open file; the constructor of the subclass ends with {@link #advance}.
   *
   * @param unit what messages call an entry
   */
  OpenRecords(SourceFile file, Closeable input, String unit) {
    this.file = file;
    this.input = input;
    this.unit = unit;
  }

  /** The next entry, or null behind the last one that is wanted. */
  abstract E read() throws IOException;

  /** The document of an entry, or its rejection. */
  abstract Outcome<Document> document(E entry) throws IOException;

  final SourceFile file() {
    return file;
  }

  /** The number of the entry that was read last, from 1. */
  final int row() {
    return row;
  }

  final void advance() {
    try {
      next = read();
      row++;
      if (next == null) {
        input.close();
      }
    } catch (IOException e) {
      throw damaged(e);
    }
  }

  @Override
  public final boolean hasNext() {
    return next != null;
  }

  @Override
  public final Outcome<Document> next() {
    if (next == null) {
      throw new NoSuchElementException();
    }
    Outcome<Document> outcome;
    try {
      outcome = document(next);
    } catch (IOException e) {
      throw damaged(e);
    }
    advance();
    return outcome;
  }

  private BadInputException damaged(IOException e) {
    return new BadInputException(
        format(
            "--%s: %s cannot be read beyond %s %d (%s)",
            file.kind().flag(), file.path(), unit, row, Packed.why(e)),
        e);
  }

  @Override
  public final void close() throws IOException {
    input.close();
  }
}
