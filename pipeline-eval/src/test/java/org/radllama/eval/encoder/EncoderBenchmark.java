package org.radllama.eval.encoder;

import static org.radllama.text.Format.format;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.radllama.run.Json;

/**
 * BERTScore of your own pairs on one thread: the scores for a comparison with bert_score, line by
 * line, and how long they took. {@code EncoderBenchmark MODEL_DIR LAYER PAIRS.jsonl}
 */
public final class EncoderBenchmark {
  private EncoderBenchmark() {}

  /** Prints precision, recall and F of each pair, and the seconds behind. */
  public static void main(String[] args) throws Exception {
    Configuration hadoop = new Configuration();
    EncoderModel model =
        EncoderModel.shared(hadoop, args[0], "benchmark", Integer.parseInt(args[1]), List.of());
    List<JsonNode> pairs = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of(args[2]))) {
      pairs.add(Json.mapper().readTree(line));
    }
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    BertScores scores = new BertScores(model, Idf.none());
    // Compiled code before the clock runs.
    scores.prepare(
        pairs.subList(0, Math.min(100, pairs.size())).stream()
            .map(p -> p.get("prediction").asText() + " .")
            .toList());
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long cpu = threads.getCurrentThreadCpuTime();
    long start = System.nanoTime();
    for (int from = 0; from < pairs.size(); from += 256) {
      List<JsonNode> next = pairs.subList(from, Math.min(pairs.size(), from + 256));
      List<String> texts = new ArrayList<>();
      for (JsonNode pair : next) {
        texts.add(pair.get("prediction").asText());
        texts.add(pair.get("reference").asText());
      }
      scores.prepare(texts);
      for (JsonNode pair : next) {
        BertScores.Score s =
            scores
                .score(List.of(pair.get("reference").asText()), pair.get("prediction").asText())
                .get(0);
        out.println(format("%.8f %.8f %.8f", s.precision(), s.recall(), s.f1()));
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    double own = (threads.getCurrentThreadCpuTime() - cpu) / 1e9;
    out.println(format("seconds %.2f, CPU %.2f", seconds, own));
  }
}
