package org.radllama.ingest.benchmark;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.feature.MinHashLSH;
import org.apache.spark.ml.feature.MinHashLSHModel;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.radllama.dataset.Fingerprint;
import org.radllama.dataset.Similarity;
import org.radllama.dataset.Sketch;
import org.radllama.dataset.Split;
import org.radllama.ingest.dedup.Decisions;
import org.radllama.ingest.dedup.DedupPolicy;
import org.radllama.ingest.dedup.LeakagePolicy;
import org.radllama.ingest.dedup.Member;
import org.radllama.ingest.dedup.NearSearch;
import org.radllama.ingest.dedup.TextTable;
import org.radllama.ingest.split.OrderKey;
import org.radllama.ingest.synthetic.ReportGenerator;
import org.radllama.run.Console;

/**
 * The search for near findings beside spark-mllib's {@code MinHashLSH} on the same shingles, both
 * on this Spark: arguments are the number of findings and MLlib's numbers of hash tables.
 */
public final class NearDuplicateBenchmark {
  private static final Similarity SIMILARITY = new Similarity(3, 0.7, 2000);
  private static final DedupPolicy POLICY =
      new DedupPolicy(true, true, false, SIMILARITY, LeakagePolicy.MARK);

  private final SparkSession spark;
  private final List<Member> members = new ArrayList<>();
  private final List<Sketch> sketches = new ArrayList<>();

  private NearDuplicateBenchmark(SparkSession spark) {
    this.spark = spark;
  }

  /** Runs; see above for the arguments. */
  public static void main(String[] args) throws Exception {
    try (SparkSession spark =
        SparkSession.builder().appName("near-duplicate-benchmark").getOrCreate()) {
      NearDuplicateBenchmark benchmark = new NearDuplicateBenchmark(spark);
      for (int round = 0; round < 2; round++) {
        benchmark.ours(Integer.parseInt(args[0]));
      }
      for (int i = 1; i < args.length; i++) {
        benchmark.theirs(Integer.parseInt(args[i]));
      }
    }
  }

  private void ours(int findings) {
    members.clear();
    sketches.clear();
    ReportGenerator generator = new ReportGenerator(7);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < findings; i++) {
      texts.add(generator.report(i).findings());
    }
    long start = System.nanoTime();
    Sketch.Maker maker = new Sketch.Maker(SIMILARITY);
    Set<Fingerprint> seen = new HashSet<>();
    for (int i = 0; i < findings; i++) {
      Sketch sketch = maker.of(texts.get(i));
      if (seen.add(sketch.text())) {
        members.add(new Member(new OrderKey("s", i, "s/" + i), Split.TRAIN, sketch.text()));
        sketches.add(sketch);
      }
    }
    TextTable table = TextTable.of(members, sketches, POLICY);
    Decisions decisions =
        new Decisions(
            members,
            table,
            NearSearch.run(JavaSparkContext.fromSparkContext(spark.sparkContext()), table),
            POLICY);
    report(
        String.format(
            Locale.ROOT,
            "ours: %d different findings, %d pairs of them, %d clusters",
            sketches.size(),
            decisions.clustering().pairs().orElse(-1),
            decisions.clustering().clusters()),
        start);
  }

  /** Shingles numbered one after another, since MLlib hashes indices; that is not timed. */
  private void theirs(int tables) {
    Map<Long, Integer> numbers = new HashMap<>();
    sketches.forEach(
        sketch -> {
          for (long shingle : sketch.shingles()) {
            numbers.putIfAbsent(shingle, numbers.size());
          }
        });
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < sketches.size(); i++) {
      int[] indices =
          Arrays.stream(sketches.get(i).shingles()).mapToInt(numbers::get).sorted().toArray();
      double[] ones = new double[indices.length];
      Arrays.fill(ones, 1);
      Vector vector = Vectors.sparse(numbers.size(), indices, ones);
      rows.add(RowFactory.create(i, vector));
    }
    StructType schema =
        new StructType()
            .add("id", DataTypes.IntegerType)
            .add("shingles", SQLDataTypes.VectorType());
    Dataset<Row> data = spark.createDataFrame(rows, schema).cache();
    data.count();
    long start = System.nanoTime();
    MinHashLSHModel model =
        new MinHashLSH()
            .setNumHashTables(tables)
            .setInputCol("shingles")
            .setOutputCol("hashes")
            .setSeed(1)
            .fit(data);
    long pairs =
        model
            .approxSimilarityJoin(data, data, 1 - SIMILARITY.jaccard() + 1e-9, "distance")
            .filter("datasetA.id < datasetB.id")
            .count();
    report(
        String.format(
            Locale.ROOT, "MinHashLSH, %d tables: %d pairs of different findings", tables, pairs),
        start);
  }

  private static void report(String what, long start) {
    Console.system()
        .result(String.format(Locale.ROOT, "%s, %.2f s", what, (System.nanoTime() - start) / 1e9));
  }
}
