package org.radllama.eval.score;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.radllama.eval.predict.Prediction;

/**
 * {@code scores.parquet}: one row a prediction and metric, without text, in the order of the
 * predictions. A directory of parts {@code part-00000.parquet} and so on; how many depends on the
 * number of rows alone.
 */
public final class ScoresFile {
  private static final int PREDICTIONS_A_PART = 100_000;
  private static final StructType SCHEMA =
      new StructType()
          .add("id", DataTypes.StringType, false)
          .add("dataset", DataTypes.StringType, false)
          .add("split", DataTypes.StringType, false)
          .add("system", DataTypes.StringType, false)
          .add("metric", DataTypes.StringType, false)
          .add("value", DataTypes.DoubleType, false);

  private ScoresFile() {}

  /** What a row needs of a prediction; its texts stay on the driver. */
  private record Keyed(String id, String dataset, String split, String system, double[] values)
      implements java.io.Serializable {}

  /** Writes the directory {@code target}. */
  public static void write(SparkSession session, FileSystem fs, Path target, Scores scores)
      throws IOException {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    List<Keyed> keyed =
        IntStream.range(0, scores.predictions().size()).mapToObj(i -> keyed(scores, i)).toList();
    int parts = Math.max(1, (keyed.size() + PREDICTIONS_A_PART - 1) / PREDICTIONS_A_PART);
    Broadcast<List<String>> metrics = spark.broadcast(new ArrayList<>(scores.metrics()));
    JavaRDD<Row> rows = spark.parallelize(keyed, parts).flatMap(k -> rows(k, metrics.value()));
    session
        .createDataFrame(rows, SCHEMA)
        .write()
        .mode(SaveMode.ErrorIfExists)
        .option("compression", "snappy")
        .parquet(target.toString());
    canonical(fs, target);
  }

  private static Keyed keyed(Scores scores, int i) {
    Prediction p = scores.predictions().get(i);
    return new Keyed(p.id(), p.dataset(), p.split(), p.system(), scores.values().get(i));
  }

  private static Iterator<Row> rows(Keyed k, List<String> metrics) {
    return IntStream.range(0, metrics.size())
        .mapToObj(
            i ->
                RowFactory.create(
                    k.id(), k.dataset(), k.split(), k.system(), metrics.get(i), k.values()[i]))
        .iterator();
  }

  /** Spark's names carry a random id; their order is the partitions'. */
  private static void canonical(FileSystem fs, Path target) throws IOException {
    FileStatus[] files = fs.listStatus(target);
    Arrays.sort(files);
    int part = 0;
    for (FileStatus file : files) {
      if (file.getPath().getName().startsWith("part-")) {
        fs.rename(file.getPath(), new Path(target, "part-%05d.parquet".formatted(part++)));
      } else {
        fs.delete(file.getPath(), true);
      }
    }
  }
}
