package org.radllama.eval.score;

import static org.apache.parquet.schema.LogicalTypeAnnotation.stringType;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BINARY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.DOUBLE;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.util.HadoopOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Types;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;
import org.radllama.eval.predict.Prediction;

/**
 * {@code scores.parquet}: one row a prediction and metric (id, dataset, split, system, metric,
 * value), without text, in the order of the predictions. A directory of parts {@code
 * part-00000.parquet} and so on, written by as many tasks; how many depends on the number of
 * predictions alone.
 */
public final class ScoresFile {
  private static final int PREDICTIONS_A_PART = 50_000;
  private static final List<String> KEYS = List.of("id", "dataset", "split", "system", "metric");
  private static final MessageType SCHEMA = schema();

  private ScoresFile() {}

  /** What a part needs of its predictions; their texts stay on the driver. */
  private record Part(String path, List<String> metrics, List<String[]> keys, List<double[]> values)
      implements Serializable {}

  /** Writes the directory {@code target}. */
  public static void write(JavaSparkContext spark, Path target, Scores scores) {
    int n = scores.predictions().size();
    List<Part> parts = new ArrayList<>();
    for (int from = 0; from < n; from += PREDICTIONS_A_PART) {
      String name = String.format(Locale.ROOT, "part-%05d.parquet", parts.size());
      int to = Math.min(from + PREDICTIONS_A_PART, n);
      parts.add(part(new Path(target, name).toString(), scores, from, to));
    }
    SerializableConfiguration hadoop = new SerializableConfiguration(spark.hadoopConfiguration());
    spark
        .parallelize(parts, Math.max(1, parts.size()))
        .foreach(part -> write(part, hadoop.value()));
  }

  private static Part part(String path, Scores scores, int from, int to) {
    List<String[]> keys = new ArrayList<>();
    for (Prediction p : scores.predictions().subList(from, to)) {
      keys.add(new String[] {p.id(), p.dataset(), p.split(), p.system()});
    }
    return new Part(
        path,
        new ArrayList<>(scores.metrics()),
        keys,
        new ArrayList<>(scores.values().subList(from, to)));
  }

  private static void write(Part part, Configuration hadoop) throws IOException {
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(HadoopOutputFile.fromPath(new Path(part.path), hadoop))
            .withType(SCHEMA)
            .withConf(hadoop)
            .withCompressionCodec(CompressionCodecName.SNAPPY)
            .withWriteMode(ParquetFileWriter.Mode.OVERWRITE)
            .build()) {
      for (int i = 0; i < part.keys.size(); i++) {
        for (int metric = 0; metric < part.metrics.size(); metric++) {
          writer.write(row(part.keys.get(i), part.metrics.get(metric), part.values.get(i)[metric]));
        }
      }
    }
  }

  private static Group row(String[] keys, String metric, double value) {
    Group row = new SimpleGroup(SCHEMA);
    for (int i = 0; i < keys.length; i++) {
      row.add(KEYS.get(i), keys[i]);
    }
    row.add("metric", metric);
    row.add("value", value);
    return row;
  }

  private static MessageType schema() {
    Types.MessageTypeBuilder builder = Types.buildMessage();
    KEYS.forEach(key -> builder.required(BINARY).as(stringType()).named(key));
    return builder.required(DOUBLE).named("value").named("score");
  }
}
