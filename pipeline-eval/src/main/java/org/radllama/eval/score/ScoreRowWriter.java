package org.radllama.eval.score;

import static org.apache.parquet.schema.LogicalTypeAnnotation.stringType;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BINARY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.DOUBLE;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Types;
import org.radllama.parquet.ParquetFiles;
import org.radllama.run.PartFiles;

/**
 * A part of {@code scores.parquet}: one row a prediction and score (id, dataset, split, system,
 * metric, value), without text. A score that one report does not have, such as a macro average, has
 * no row.
 */
final class ScoreRowWriter implements AutoCloseable {
  private static final List<String> KEYS = List.of("id", "dataset", "split", "system", "metric");

  private final ParquetWriter<Row> writer;

  /** One row; the keys are in UTF-8. */
  record Row(Binary[] keys, double value) {}

  ScoreRowWriter(Configuration hadoop, PartFiles.Attempt attempt) throws IOException {
    writer = ParquetFiles.writer(attempt, hadoop, Builder::new);
  }

  void write(Binary[] keys, double value) throws IOException {
    writer.write(new Row(keys, value));
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }

  private static MessageType schema() {
    Types.MessageTypeBuilder builder = Types.buildMessage();
    KEYS.forEach(key -> builder.required(BINARY).as(stringType()).named(key));
    return builder.required(DOUBLE).named("value").named("score");
  }

  private static final class Builder extends ParquetWriter.Builder<Row, Builder> {
    Builder(OutputFile file) {
      super(file);
    }

    @Override
    protected Builder self() {
      return this;
    }

    @Override
    @SuppressWarnings("deprecation") // In the Parquet of Spark 4, whose own is not in 3.5's.
    protected WriteSupport<Row> getWriteSupport(Configuration hadoop) {
      return new Support();
    }
  }

  private static final class Support extends WriteSupport<Row> {
    private RecordConsumer consumer;

    @Override
    @SuppressWarnings("deprecation") // Likewise.
    public WriteContext init(Configuration hadoop) {
      return new WriteContext(schema(), Map.of());
    }

    @Override
    public void prepareForWrite(RecordConsumer to) {
      consumer = to;
    }

    @Override
    public void write(Row row) {
      consumer.startMessage();
      for (int i = 0; i < row.keys().length; i++) {
        consumer.startField(KEYS.get(i), i);
        consumer.addBinary(row.keys()[i]);
        consumer.endField(KEYS.get(i), i);
      }
      consumer.startField("value", row.keys().length);
      consumer.addDouble(row.value());
      consumer.endField("value", row.keys().length);
      consumer.endMessage();
    }
  }
}
