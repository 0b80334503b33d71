package org.radllama.train.tokenizer;

import static org.radllama.text.Format.format;

import java.io.IOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.radllama.dataset.InstructionExample;
import org.radllama.dataset.PromptTemplate;
import org.radllama.dataset.Split;
import org.radllama.failure.BadInputException;
import org.radllama.run.Json;
import scala.Tuple2;

/** Counts the units of a dataset's train split on Spark: each example's prompt and output. */
public final class CorpusWords {
  private CorpusWords() {}

  /**
   * What was counted.
   *
   * @param examples how many examples there were
   * @param words every distinct unit with its count
   */
  public record Counts(long examples, Map<String, Long> words) {
    /** Words of reports, so only their number is shown. */
    @Override
    public String toString() {
      return format("Counts[%d examples, %d words]", examples, words.size());
    }
  }

  /**
   * Counts.
   *
   * @param dataset an ingest run's directory, a Hadoop path
   * @throws BadInputException when a line is damaged or the split is empty
   */
  public static Counts count(JavaSparkContext spark, String dataset) throws IOException {
    Path file = new Path(dataset, "jsonl/" + Split.TRAIN.label() + ".jsonl");
    if (!file.getFileSystem(spark.hadoopConfiguration()).exists(file)) {
      throw new BadInputException("--dataset: no train split in " + dataset);
    }
    JavaRDD<String> lines = spark.textFile(file.toString());
    JavaPairRDD<String, Long> counted =
        lines.mapPartitionsToPair(CorpusWords::inPartition).reduceByKey(Long::sum);
    Map<String, Long> words = new HashMap<>(counted.collectAsMap());
    // The key of the number of examples is no unit: units have no line breaks.
    Long examples = words.remove("\n");
    if (examples == null) {
      throw new BadInputException("--dataset: the train split is empty in " + dataset);
    }
    return new Counts(examples, words);
  }

  private static Iterator<Tuple2<String, Long>> inPartition(Iterator<String> lines) {
    Map<String, Long> words = new HashMap<>();
    while (lines.hasNext()) {
      InstructionExample example = parse(lines.next());
      String text = PromptTemplate.prompt(example) + example.output();
      WordSplitter.split(text, w -> words.merge(w, 1L, Long::sum));
      words.merge("\n", 1L, Long::sum);
    }
    return words.entrySet().stream().map(e -> new Tuple2<>(e.getKey(), e.getValue())).iterator();
  }

  private static InstructionExample parse(String line) {
    try {
      return Json.mapper().readValue(line, InstructionExample.class);
    } catch (IOException e) {
      // The parser's own message quotes the line, which is report text.
      throw new BadInputException(
          "--dataset: a line of the train split is not an instruction example");
    }
  }
}
