package org.radllama.eval.join;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.TreeNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.io.compress.CompressionCodecFactory;
import org.radllama.failure.BadInputException;
import org.radllama.ingest.format.CsvReader;
import org.radllama.ingest.format.CsvTable;
import org.radllama.ingest.format.Packed;
import org.radllama.ingest.format.RecordTable;
import org.radllama.ingest.record.Outcome;
import org.radllama.run.Json;

/**
 * A file of predictions read from its start: JSONL, one JSON array, or CSV with a header, gzipped
 * or not. Whatever it is, its records come as lines of JSONL.
 */
final class PredictionRecords implements Closeable {
  private static final int MOST_BYTES = BoundedLines.MOST_LINE;
  private static final int HEAD = 1 << 16;

  /** What a file is by its beginning. */
  enum Form {
    LINES,
    ARRAY,
    CSV
  }

  /** Hands out the records; null behind the last. */
  private interface Records extends Closeable {
    String next() throws IOException;

    @Override
    default void close() throws IOException {}
  }

  private final String name;
  private final Records records;

  private PredictionRecords(String name, Records records) {
    this.name = name;
    this.records = records;
  }

  /** Opens a file. */
  static PredictionRecords open(Configuration hadoop, String name, String path) throws IOException {
    try {
      Form form = form(hadoop, path);
      InputStream in = unpacked(hadoop, path);
      return new PredictionRecords(
          name,
          switch (form) {
            case LINES -> lines(name, in);
            case ARRAY -> new Items(name, in);
            case CSV -> new Rows(name, in);
          });
    } catch (IOException e) {
      throw refused(name, e);
    }
  }

  /**
   * What to throw where reading failed: the exception itself where the file may be whole.
   *
   * @throws BadInputException where it is damaged; the exception's own message may quote it
   */
  static IOException refused(String name, IOException e) {
    boolean damaged =
        Packed.isDamage(e)
            || e instanceof JsonProcessingException
            || e instanceof RecordTable.MissingColumns;
    if (damaged) {
      throw new BadInputException("%s: is damaged or cut short (%s)", name, Packed.why(e));
    }
    return e;
  }

  /** Whether Hadoop's own reader of lines, which divides a file, cannot read it. */
  static boolean isWhole(Configuration hadoop, String path) throws IOException {
    Path file = new Path(path);
    boolean named = new CompressionCodecFactory(hadoop).getCodec(file) != null;
    try (InputStream in = file.getFileSystem(hadoop).open(file)) {
      boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
      if (named && !gzip) {
        return false;
      }
      return (gzip && !named) || form(hadoop, path) != Form.LINES;
    }
  }

  private static InputStream unpacked(Configuration hadoop, String path) throws IOException {
    Path file = new Path(path);
    return Packed.unpacked(file.getFileSystem(hadoop).open(file), BoundedLines.MOST_UNPACKED);
  }

  private static Form form(Configuration hadoop, String path) throws IOException {
    try (InputStream in = unpacked(hadoop, path)) {
      String head = new String(in.readNBytes(HEAD), StandardCharsets.UTF_8);
      String text = (head.startsWith("\uFEFF") ? head.substring(1) : head).stripLeading();
      if (text.startsWith("[")) {
        return Form.ARRAY;
      }
      if (text.isEmpty() || text.startsWith("{")) {
        return Form.LINES;
      }
      Outcome<List<String>> header = CsvReader.line(text.lines().findFirst().orElse(""));
      boolean columns =
          header != null
              && header.isKept()
              && header.value().containsAll(List.of("id", "prediction"));
      return columns ? Form.CSV : Form.LINES;
    }
  }

  /** The next record as a line of JSONL; null behind the last. */
  String next() throws IOException {
    try {
      return records.next();
    } catch (IOException e) {
      throw refused(name, e);
    }
  }

  @Override
  public void close() throws IOException {
    records.close();
  }

  private static Records lines(String name, InputStream in) {
    BoundedLines.Lines lines = new BoundedLines.Lines(in, BoundedLines.MOST_UNPACKED);
    Text line = new Text();
    return new Records() {
      private long number;

      @Override
      public String next() throws IOException {
        number++;
        if (!lines.next(line)) {
          return null;
        }
        if (line.getLength() > BoundedLines.MOST_LINE) {
          throw new BadInputException(
              "%s: line %s is longer than %s bytes",
              name, String.valueOf(number), String.valueOf(BoundedLines.MOST_LINE));
        }
        return line.toString();
      }

      @Override
      public void close() throws IOException {
        lines.close();
      }
    };
  }

  /** The items of a JSON array. */
  private static final class Items implements Records {
    private final String name;
    private final JsonParser parser;
    private int items;

    Items(String name, InputStream in) throws IOException {
      this.name = name;
      this.parser = Json.mapper().createParser(in);
      parser.nextToken();
    }

    @Override
    public String next() throws IOException {
      items++;
      TreeNode item = null;
      try {
        if (parser.nextToken() == JsonToken.END_ARRAY) {
          if (parser.nextToken() != null) {
            throw new BadInputException("%s: text after the end of the array", name);
          }
          return null;
        }
        item = parser.readValueAsTree();
      } catch (JsonProcessingException e) {
        // Its message quotes the file.
        item = null;
      }
      if (item == null) {
        throw new BadInputException("%s: item %s of the array is not JSON", name, items);
      }
      return item.toString();
    }

    @Override
    public void close() throws IOException {
      parser.close();
    }
  }

  /** The rows of a CSV file. */
  private static final class Rows implements Records {
    private final String name;
    private final CsvTable table;
    private int rows;

    Rows(String name, InputStream in) throws IOException {
      this.name = name;
      this.table = new CsvTable(in, MOST_BYTES, ',');
    }

    @Override
    public String next() throws IOException {
      rows++;
      Outcome<RecordTable.Cells> row = table.next();
      if (row == null) {
        return null;
      }
      if (!row.isKept()) {
        throw new BadInputException("%s: row %s: %s", name, rows, row.rejection().reason().label());
      }
      ObjectNode node = Json.mapper().createObjectNode();
      row.value()
          .byColumn()
          .forEach(
              (column, cell) -> {
                if (!column.equals("reference") || !cell.isEmpty()) {
                  node.put(column, cell);
                }
              });
      return node.toString();
    }

    @Override
    public void close() throws IOException {
      table.close();
    }
  }
}
