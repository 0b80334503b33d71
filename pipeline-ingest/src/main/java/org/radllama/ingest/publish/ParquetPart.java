package org.radllama.ingest.publish;

import static org.apache.parquet.schema.LogicalTypeAnnotation.stringType;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BINARY;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Types;
import org.radllama.dataset.InstructionExample;
import org.radllama.parquet.ParquetFiles;
import org.radllama.run.PartFiles;

/** One Parquet file of instruction examples, all columns required strings. */
final class ParquetPart implements Closeable {
  static final List<String> COLUMNS =
      List.of(
          "id",
          "source",
          "patient",
          "instruction",
          "input",
          "output",
          "findings",
          "impression",
          "label",
          "indication",
          "comparison",
          "technique",
          "history");
  private static final MessageType SCHEMA = schema();

  private final ParquetWriter<Group> writer;

  ParquetPart(PartFiles.Attempt attempt, Configuration hadoop) throws IOException {
    writer =
        ParquetFiles.writer(
            attempt, hadoop, file -> ExampleParquetWriter.builder(file).withType(SCHEMA));
  }

  void write(InstructionExample example) throws IOException {
    Group group = new SimpleGroup(SCHEMA);
    group.add("id", example.id());
    group.add("source", example.source());
    group.add("patient", example.patient());
    group.add("instruction", example.instruction());
    group.add("input", example.input());
    group.add("output", example.output());
    group.add("findings", example.findings());
    group.add("impression", example.impression());
    group.add("label", example.label());
    group.add("indication", example.indication());
    group.add("comparison", example.comparison());
    group.add("technique", example.technique());
    group.add("history", example.history());
    writer.write(group);
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }

  private static MessageType schema() {
    Types.MessageTypeBuilder builder = Types.buildMessage();
    for (String column : COLUMNS) {
      builder.required(BINARY).as(stringType()).named(column);
    }
    return builder.named("example");
  }
}
