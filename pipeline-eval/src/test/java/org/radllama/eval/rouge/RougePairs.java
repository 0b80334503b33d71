package org.radllama.eval.rouge;

import static org.radllama.text.Format.format;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.radllama.run.Console;
import org.radllama.run.Json;

/**
 * Scores the pairs of a file, each a line {@code [reference, prediction]}, on one thread, for
 * {@code rouge-peers.py}: prints the CPU seconds of each round and a digest over every bit of every
 * score. {@code RougePairs PAIRS.jsonl ROUNDS}
 */
public final class RougePairs {
  private RougePairs() {}

  /** Runs; the first rounds also compile. */
  public static void main(String[] args) throws Exception {
    List<String[]> pairs = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of(args[0]))) {
      JsonNode pair = Json.mapper().readTree(line);
      pairs.add(new String[] {pair.get(0).asText(), pair.get(1).asText()});
    }
    RougeScorer scorer =
        new RougeScorer(Stream.of("rouge1", "rouge2", "rougeL").map(RougeType::of).toList(), true);
    double[] values = new double[9];
    for (int round = Integer.parseInt(args[1]); round > 0; round--) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      ByteBuffer bytes = ByteBuffer.allocate(9 * Double.BYTES * pairs.size());
      long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      for (String[] pair : pairs) {
        scorer.score(pair[0], pair[1], values, 0);
        bytes.asDoubleBuffer().put(values);
        bytes.position(bytes.position() + 9 * Double.BYTES);
      }
      double seconds =
          (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before) / 1e9;
      digest.update(bytes.array());
      Console.system()
          .result(format("%.4f %s", seconds, HexFormat.of().formatHex(digest.digest())));
    }
  }
}
