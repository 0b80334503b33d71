package org.radllama.eval.score;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.PriorityQueue;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * One file of lines, ordered by report id, from pieces that tasks wrote, each ordered by id. Lines
 * of an id stay together.
 */
final class LinePieces {
  private static final int BUFFER = 1 << 16;

  private LinePieces() {}

  static Path piece(Path dir, String name, int partition) {
    return new Path(dir, String.format(Locale.ROOT, "%s-%05d", name, partition));
  }

  /** Writes a piece. */
  static final class Writer implements AutoCloseable {
    private final DataOutputStream out;

    Writer(Configuration hadoop, Path piece) throws IOException {
      out =
          new DataOutputStream(
              new BufferedOutputStream(piece.getFileSystem(hadoop).create(piece, true), BUFFER));
    }

    /** The lines of the next id. */
    void write(String id, byte[] lines) throws IOException {
      out.writeUTF(id);
      out.writeInt(lines.length);
      out.write(lines);
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }

  /** Merges the pieces into {@code target}, holding one id's lines of each in memory. */
  static void merge(FileSystem fs, List<Path> pieces, Path target) throws IOException {
    PriorityQueue<Cursor> cursors = new PriorityQueue<>(Comparator.comparing(c -> c.id));
    List<Cursor> all = new ArrayList<>();
    try (OutputStream out = new BufferedOutputStream(fs.create(target, true), BUFFER)) {
      for (Path piece : pieces) {
        Cursor cursor = new Cursor(new DataInputStream(new BufferedInputStream(fs.open(piece))));
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
    private final DataInputStream in;
    private String id;
    private byte[] lines;

    Cursor(DataInputStream in) {
      this.in = in;
    }

    boolean advance() throws IOException {
      try {
        id = in.readUTF();
      } catch (EOFException e) {
        return false;
      }
      lines = in.readNBytes(in.readInt());
      return true;
    }
  }
}
