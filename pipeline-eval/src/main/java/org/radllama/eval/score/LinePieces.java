package org.radllama.eval.score;

import static org.radllama.text.Format.format;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.radllama.run.PartFiles;
import org.radllama.run.PartFiles.Part;

/**
 * One file of lines, ordered by report id, from pieces that tasks wrote, each ordered by id. Lines
 * of an id stay together.
 */
final class LinePieces {
  private static final int BUFFER = 1 << 16;

  private LinePieces() {}

  /** The name of a task's piece of a file. */
  static String piece(String name, int partition) {
    return format("%s/%s-%05d", PartFiles.PIECES, name, partition);
  }

  /** Writes a piece. */
  static final class Writer implements AutoCloseable {
    private final PartFiles.Attempt attempt;
    private final DataOutputStream out;
    private long ids;

    Writer(PartFiles.Attempt attempt) throws IOException {
      this.attempt = attempt;
      this.out = new DataOutputStream(attempt.open());
    }

    /** The lines of the next id. */
    void write(String id, byte[] lines) throws IOException {
      out.writeUTF(id);
      out.writeInt(lines.length);
      out.write(lines);
      ids++;
    }

    /** Gives the piece, which is closed, its name; its records are the ids. */
    Part settle() throws IOException {
      return attempt.settle(ids);
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }

  /**
   * Merges the pieces, whose lengths were checked, into {@code target}, holding one id's lines of
   * each in memory.
   *
   * @throws org.radllama.run.JobFailure when a piece does not hold what its task wrote
   */
  static void merge(PartFiles files, List<Part> pieces, String target) throws IOException {
    PriorityQueue<Cursor> cursors = new PriorityQueue<>(Comparator.comparing(c -> c.id));
    List<Cursor> all = new ArrayList<>();
    try (OutputStream out = files.create(target)) {
      for (Part piece : pieces) {
        Cursor cursor = new Cursor(files, piece);
        all.add(cursor);
        if (cursor.advance()) {
          cursors.add(cursor);
        }
      }
      while (!cursors.isEmpty()) {
        Cursor first = cursors.poll();
        out.write(first.lines);
        if (first.advance()) {
          cursors.add(first);
        }
      }
    } finally {
      for (Cursor cursor : all) {
        cursor.in.close();
      }
    }
  }

  private static final class Cursor {
    private final Part piece;
    private final DataInputStream in;
    private String id;
    private byte[] lines;
    private long ids;

    Cursor(PartFiles files, Part piece) throws IOException {
      this.piece = piece;
      this.in = new DataInputStream(new BufferedInputStream(files.open(piece), BUFFER));
    }

    /** Reads the next id; false behind as many as the task wrote. */
    boolean advance() throws IOException {
      if (ids == piece.records()) {
        return false;
      }
      try {
        id = in.readUTF();
        lines = new byte[in.readInt()];
        in.readFully(lines);
      } catch (EOFException e) {
        PartFiles.checkRecords(piece, ids);
      }
      ids++;
      return true;
    }
  }
}
