package org.radllama.ingest.format;

import java.io.IOException;
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
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.radllama.ingest.record.Outcome;
import org.radllama.ingest.record.Reason;
import org.radllama.ingest.record.Rejection;

/** A Parquet file. Of its columns only those asked for are read: texts and whole numbers. */
public final class ParquetTable implements RecordTable {
  private final int maxBytes;
  private final List<Type> columns = new ArrayList<>();
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
    Configuration projected = new Configuration(hadoop);
    Path file = new Path(path);
    try (ParquetFileReader footer =
        ParquetFileReader.open(HadoopInputFile.fromPath(file, hadoop))) {
      MessageType schema = footer.getFileMetaData().getSchema();
      for (Type type : schema.getFields()) {
        if (wanted.contains(type.getName()) && isUsable(type)) {
          columns.add(type);
        }
      }
      projected.set(
          ReadSupport.PARQUET_READ_SCHEMA, new MessageType(schema.getName(), columns).toString());
      reader = ParquetReader.builder(new GroupReadSupport(), file).withConf(projected).build();
    } catch (RuntimeException e) {
      throw new IOException(e.getClass().getSimpleName());
    }
  }

  private static boolean isUsable(Type type) {
    if (!type.isPrimitive() || type.isRepetition(Type.Repetition.REPEATED)) {
      return false;
    }
    PrimitiveTypeName name = type.asPrimitiveType().getPrimitiveTypeName();
    return name == PrimitiveTypeName.BINARY
        || name == PrimitiveTypeName.INT32
        || name == PrimitiveTypeName.INT64;
  }

  @Override
  public boolean hasColumn(String name) {
    return columns.stream().anyMatch(type -> type.getName().equals(name));
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
    for (Type type : columns) {
      String name = type.getName();
      if (group.getFieldRepetitionCount(name) == 0) {
        continue;
      }
      switch (type.asPrimitiveType().getPrimitiveTypeName()) {
        case INT32 -> cells.put(name, Integer.toString(group.getInteger(name, 0)));
        case INT64 -> cells.put(name, Long.toString(group.getLong(name, 0)));
        default -> {
          byte[] bytes = group.getBinary(name, 0).getBytes();
          if (bytes.length > maxBytes) {
            return Outcome.rejected(
                Reason.TOO_LARGE, bytes.length + " bytes (read.max-report-bytes)");
          }
          Outcome<String> text = Utf8Text.decode(bytes);
          if (!text.isKept() && text.rejection().reason() != Reason.EMPTY) {
            Rejection bad = text.rejection();
            return Outcome.rejected(bad.reason(), "column " + name + ", " + bad.detail());
          }
          cells.put(name, text.isKept() ? text.value() : "");
        }
      }
    }
    return Outcome.kept(new Cells(cells));
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
