package org.radllama.ingest.format;

import static org.radllama.text.Format.format;

import java.io.IOException;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.InitContext;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.radllama.ingest.record.Outcome;
import org.radllama.ingest.record.Reason;

/**
 * A Parquet file. Of its columns only those asked for are read: texts, numbers, dates and times, by
 * their logical type. Names are taken as they are, whatever stands in them.
 */
public final class ParquetTable implements RecordTable {
  private final int maxBytes;
  private final List<Type> columns = new ArrayList<>();
  private final List<String> names = new ArrayList<>();
  private final ParquetReader<Group> reader;

  /**
   * Opens a file.
   *
   * @param wanted the columns asked for; others and those of another type are left alone
   * @throws IOException when it is damaged
   */
  public ParquetTable(String path, Configuration hadoop, int maxBytes, Set<String> wanted)
      throws IOException {
    this.maxBytes = maxBytes;
    Path file = new Path(path);
    try (ParquetFileReader footer =
        ParquetFileReader.open(HadoopInputFile.fromPath(file, hadoop))) {
      MessageType schema = footer.getFileMetaData().getSchema();
      for (Type type : schema.getFields()) {
        names.add(type.getName());
        if (wanted.contains(type.getName()) && ParquetCell.isUsable(type)) {
          columns.add(type);
        }
      }
      reader =
          ParquetReader.builder(new Projected(new MessageType(schema.getName(), columns)), file)
              .withConf(hadoop)
              .build();
    } catch (RuntimeException e) {
      throw new IOException(e.getClass().getSimpleName());
    }
  }

  /** The setting for this, a text, has no way to quote a name. */
  private static final class Projected extends GroupReadSupport {
    private final MessageType columns;

    Projected(MessageType columns) {
      this.columns = columns;
    }

    @Override
    public ReadContext init(InitContext context) {
      return new ReadContext(columns);
    }
  }

  @Override
  public boolean hasColumn(String name) {
    return columns.stream().anyMatch(type -> type.getName().equals(name));
  }

  @Override
  public String seen() {
    return ColumnNames.seen(names);
  }

  @Override
  public Outcome<Cells> next() throws IOException {
    Group group;
    try {
      group = reader.read();
    } catch (RuntimeException e) {
      // Its message may quote the file.
      throw new IOException(e.getClass().getSimpleName());
    }
    return group == null ? null : row(group);
  }

  private Outcome<Cells> row(Group group) {
    Map<String, String> cells = new HashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      Type type = columns.get(i);
      if (group.getFieldRepetitionCount(i) == 0) {
        continue;
      }
      if (!ParquetCell.isText(type)) {
        try {
          cells.put(type.getName(), ParquetCell.text(group, i, type));
        } catch (DateTimeException | ArithmeticException e) {
          return Outcome.rejected(
              Reason.MALFORMED_ROW, format("column %d is no date or time", i + 1));
        }
        continue;
      }
      Outcome<String> text =
          CellText.text(type.getName(), group.getBinary(i, 0).getBytes(), maxBytes);
      if (!text.isKept()) {
        return Outcome.rejected(text.rejection().reason(), text.rejection().detail());
      }
      cells.put(type.getName(), text.value());
    }
    return Outcome.kept(new Cells(cells));
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
