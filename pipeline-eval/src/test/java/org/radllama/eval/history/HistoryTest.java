package org.radllama.eval.history;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.eval.MadeRuns;
import org.radllama.run.Json;

class HistoryTest {
  private static final List<String> METRICS = List.of("rougeL_fmeasure");
  private static final List<String> SUBSETS = List.of("all");

  @TempDir Path scratch;

  /**
   * Evaluations with random scores of three systems, some of which are missing, and bad folders.
   */
  private static List<Found> random(Random random, int runs) {
    List<Found> found = new ArrayList<>();
    for (int i = 0; i < runs; i++) {
      ObjectNode manifest = Json.mapper().createObjectNode().put("job", "eval");
      manifest.putArray("inputs");
      manifest.putObject("outputs");
      manifest.putObject("configuration").put("seed", random.nextInt(3));
      // Some end at the same time.
      Instant end = Instant.ofEpochSecond(1_700_000_000L + random.nextInt(runs) * 3600L);
      ObjectNode systems = Json.mapper().createObjectNode();
      for (String system : List.of("base", "lora", "nearest")) {
        if (random.nextInt(4) > 0) {
          double mean = random.nextDouble();
          systems
              .putObject(system)
              .putObject("openi")
              .putObject("test")
              .putObject("all")
              .putObject("rougeL_fmeasure")
              .put("mean", mean)
              .put("low", mean - 0.2 * random.nextDouble())
              .put("high", mean + 0.1)
              .put("n", 9);
        }
      }
      int set = random.nextInt(3);
      String sets =
          set == 0
              ? ""
              : "\"test_sets\":{\"openi\":{\"test\":{\"all\":{\"ids_and_references\":\"%s\"}}}},"
                  .formatted(String.valueOf(set).repeat(64));
      String metrics = "{" + sets + "\"systems\":" + systems + "}";
      found.add(
          RunParser.parse(
              "run-" + i,
              Map.of(
                  RunParser.MANIFEST, bytes(manifest.toString()),
                  RunParser.TIMINGS, bytes("{\"end\":\"" + end + "\"}"),
                  RunParser.METRICS, bytes(metrics))));
      if (i % 5 == 0) {
        found.add(new SetAside("bad-" + i, SetAside.Problem.UNFINISHED));
      }
    }
    return found;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String everything(List<Found> found) {
    History history = History.of(found, METRICS, SUBSETS);
    List<Flag> flags = history.flags(METRICS, SUBSETS);
    HistoryPage.Shown shown =
        new HistoryPage.Shown(
            "t", history.pair(List.of()), 12, 2, Json.mapper().createObjectNode());
    return HistoryPage.html(history, flags, shown)
        + Json.text(HistoryFiles.json(history, flags))
        + HistoryFiles.runsCsv(history)
        + HistoryFiles.scoresCsv(history);
  }

  @Test
  void theOrderInWhichRunsAreFoundIsNothing() {
    Random random = new Random(11);
    for (int trial = 0; trial < 20; trial++) {
      List<Found> found = random(random, 3 + trial);
      String once = everything(found);
      Collections.shuffle(found, random);
      assertThat(everything(found)).isEqualTo(once);
    }
  }

  @Test
  void flagsAreThoseOfABruteForceSearch() {
    Random random = new Random(12);
    int flagged = 0;
    for (int trial = 0; trial < 30; trial++) {
      History history = History.of(random(random, 12), METRICS, SUBSETS);
      JsonNode json = HistoryFiles.json(history, history.flags(METRICS, SUBSETS));
      Set<String> expected = bruteForce(json.path("runs"));
      TreeSet<String> seen = new TreeSet<>();
      json.path("flags")
          .forEach(
              f ->
                  seen.add(
                      String.join(
                          " ",
                          f.path("run_id").asText(),
                          f.path("now").path("system").asText(),
                          f.path("before").asText())));
      assertThat(seen).isEqualTo(expected);
      flagged += seen.size();
    }
    assertThat(flagged).isGreaterThan(50);
  }

  /**
   * For every score the latest one before it, by end and name, among all scores of the same
   * reports.
   */
  private static Set<String> bruteForce(JsonNode runs) {
    TreeSet<String> fell = new TreeSet<>();
    for (JsonNode run : runs) {
      for (JsonNode score : run.path("scores")) {
        TreeMap<String, Double> lows = new TreeMap<>();
        for (JsonNode other : runs) {
          for (JsonNode then : other.path("scores")) {
            boolean same =
                then.path("system").equals(score.path("system"))
                    && score.has("test_set")
                    && then.path("test_set").equals(score.path("test_set"));
            if (same && key(other).compareTo(key(run)) < 0) {
              lows.put(key(other), then.path("low").doubleValue());
            }
          }
        }
        if (!lows.isEmpty() && score.path("mean").doubleValue() < lows.lastEntry().getValue()) {
          String before = lows.lastKey().split(" ")[1];
          fell.add(
              run.path("run_id").asText() + " " + score.path("system").asText() + " " + before);
        }
      }
    }
    return fell;
  }

  /** All ends here have one length, so that their texts are in order. */
  private static String key(JsonNode run) {
    return run.path("end").asText() + " " + run.path("run_id").asText();
  }

  @Test
  void damagedBytesNeverEndTheReport() throws IOException {
    MadeRuns made = new MadeRuns(scratch);
    Path dataset = made.dataset("d", "2024-01-01T00:00:00Z", "x");
    Path adapter = made.adapter("t", "2024-01-02T00:00:00Z", dataset);
    Path eval = made.eval("e", "2024-01-03T00:00:00Z", dataset, adapter, 0.5, 0.4);
    Map<String, byte[]> whole = new HashMap<>();
    for (String file : List.of("manifest.json", "timings.json", "metrics.json")) {
      whole.put(file, Files.readAllBytes(eval.resolve(file)));
    }
    assertThat(RunParser.parse("e", whole)).isInstanceOf(PublishedRun.class);
    Random random = new Random(13);
    int aside = 0;
    for (int trial = 0; trial < 3000; trial++) {
      Map<String, byte[]> damaged = new HashMap<>(whole);
      String file = List.copyOf(new TreeSet<>(whole.keySet())).get(random.nextInt(3));
      damaged.put(file, damage(whole.get(file), random));
      Found found = RunParser.parse("e", damaged);
      // Whatever it is, it can be shown.
      if (trial % 10 == 0) {
        assertThat(everything(List.of(found))).isNotEmpty();
      }
      aside += found instanceof SetAside ? 1 : 0;
    }
    assertThat(aside).isBetween(1000, 2999);
  }

  private static byte[] damage(byte[] bytes, Random random) {
    byte[] damaged = bytes.clone();
    int at = random.nextInt(damaged.length);
    switch (random.nextInt(3)) {
      case 0 -> damaged = java.util.Arrays.copyOf(damaged, at);
      case 1 -> damaged[at] = (byte) random.nextInt(256);
      default -> {
        String text = new String(damaged, StandardCharsets.UTF_8);
        damaged = bytes(text.replace(text.substring(at, Math.min(text.length(), at + 9)), "[]"));
      }
    }
    return damaged;
  }

  @Test
  void deepJsonIsDamage() {
    Map<String, byte[]> files = Map.of("manifest.json", bytes("[".repeat(200_000)));
    assertThat(RunParser.parse("deep", files))
        .isEqualTo(new SetAside("deep", SetAside.Problem.BAD_MANIFEST));
  }

  @Test
  void moreRunsThanThreadsAreReadInTheOrderOfTheirNames() throws IOException {
    MadeRuns made = new MadeRuns(scratch);
    for (int i = 0; i < 9; i++) {
      made.dataset("d" + i, "2024-01-0" + (9 - i) + "T00:00:00Z", "x" + i);
    }
    List<Found> found = RunListing.read(new Configuration(), scratch.toString(), 3);
    assertThat(found)
        .extracting(run -> ((PublishedRun) run).id())
        .containsExactly("d0", "d1", "d2", "d3", "d4", "d5", "d6", "d7", "d8");
    assertThat(History.of(found, METRICS, SUBSETS).runs())
        .extracting(PublishedRun::id)
        .containsExactly("d8", "d7", "d6", "d5", "d4", "d3", "d2", "d1", "d0");
  }
}
