package org.radllama.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.radllama.text.Format.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.run.Digests;
import org.radllama.run.ExitCode;
import org.radllama.run.JobFailure;
import org.radllama.run.Json;

/** A run that is told to end, killed, or finds its newest checkpoint damaged, and then goes on. */
class TrainResumeTest {
  private static final List<String> SETS =
      List.of(
          "batch-size=8",
          "epochs=2",
          "optimiser.learning-rate=1e-2",
          "optimiser.schedule=cosine",
          "checkpoint.every=3",
          "checkpoint.keep=2",
          "validation.every=4",
          "validation.select=best",
          "run.stale-after=3 seconds");

  @TempDir static Path folder;
  private static TrainFixture fixture;

  @BeforeAll
  static void uninterrupted() throws IOException {
    fixture = new TrainFixture(folder);
    fixture.train("base", TrainFixture.TINY, f -> f);
    fixture.adapt("whole", SETS);
  }

  @AfterAll
  static void stop() {
    fixture.stop();
  }

  private static void resume(String runId, long from) throws IOException {
    List<String> kept =
        Files.readAllLines(WorkFolder.of(folder, runId, "metrics.jsonl")).stream()
            .limit(from)
            .toList();
    resume(runId, SETS);
    // The lines of the steps before, down to their clock: none was taken again.
    assertThat(Files.readAllLines(folder.resolve(runId + "/metrics.jsonl")))
        .startsWith(kept.toArray(String[]::new));
    assertSameAsWhole(runId);
  }

  private static void assertSameAsWhole(String runId) throws IOException {
    assertThat(stable(runId)).isEqualTo(stable("whole"));
    assertThat(tree(runId)).isEqualTo(tree("whole"));
  }

  /** All that is published, by digest, but for what a clock says. */
  private static Map<String, String> tree(String runId) throws IOException {
    Map<String, String> files = new TreeMap<>();
    Path root = folder.resolve(runId);
    try (Stream<Path> all = Files.walk(root)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(root.relativize(file).toString(), Digests.sha256(Files.readAllBytes(file)));
      }
    }
    files.keySet().removeAll(List.of("timings.json", "metrics.jsonl", "training.html"));
    // These name their run, and the manifest has their digests.
    List<String> naming = List.of("adapter/training.json", "adapter/README.md");
    for (String name : naming) {
      String named = "(?<=[\"`]|# )" + Pattern.quote(runId) + "(?=[\"`\n])";
      files.put(name, Files.readString(root.resolve(name)).replaceAll(named, "ID"));
    }
    ObjectNode manifest =
        (ObjectNode) Json.mapper().readTree(root.resolve("manifest.json").toFile());
    manifest.put("run_id", "ID");
    ((ObjectNode) manifest.get("outputs")).remove(naming);
    files.put("manifest.json", manifest.toString());
    return files;
  }

  private static void resume(String runId, List<String> sets) throws IOException {
    fixture.train(
        runId,
        sets,
        flags -> {
          flags.resume = true;
          return fixture.onBase(flags);
        });
  }

  private static void assertRefused(
      ExitCode code, String runId, List<String> sets, String message) {
    assertThatThrownBy(() -> resume(runId, sets))
        .isInstanceOfSatisfying(JobFailure.class, e -> assertThat(e.exitCode()).isEqualTo(code))
        .hasMessageContaining(message);
  }

  /** The metrics without what a clock says. */
  private static List<String> stable(String runId) throws IOException {
    List<String> lines = new ArrayList<>();
    for (JsonNode m : fixture.metrics(runId)) {
      ((ObjectNode) m).remove(List.of("tokens_per_second", "communication_share"));
      lines.add(m.toString());
    }
    return lines;
  }

  @Test
  void toldToEndItKeepsTheLastStepAndGoesOnToTheSameBytes() throws Exception {
    Process process = start("told", 7);
    process.destroy();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(143);
    assertThat(Files.readString(folder.resolve("told.err")))
        .contains("which is saved; --resume continues from there")
        .doesNotContain("a defect");
    assertThat(folder.resolve("_work/told.lease")).doesNotExist();
    // Of the step it ended after, not only of every third.
    long newest = checkpoints("told").mapToLong(TrainResumeTest::step).max().orElseThrow();
    long steps = TrainFixture.lines(WorkFolder.of(folder, "told", "metrics.jsonl")).size();
    assertThat(newest).isEqualTo(steps);
    resume("told", newest);
  }

  @Test
  void killedItGoesOnFromTheLastWholeCheckpoint() throws Exception {
    Process process = start("killed", 7);
    process.destroyForcibly();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    // A newer one that was cut off while it was written.
    Path newest = WorkFolder.of(folder, "killed", "checkpoints/step-000099");
    Files.createDirectories(newest);
    Path last = checkpoints("killed").filter(p -> step(p) < 99).sorted().reduce((a, b) -> b).get();
    Files.copy(last.resolve("state.json"), newest.resolve("state.json"));
    Files.write(newest.resolve("optimiser.safetensors"), new byte[10]);
    // Other settings must not cost the work done.
    assertRefused(
        ExitCode.TAKEN,
        "killed",
        with(SETS, "seed=7"),
        "was started from other inputs or settings (setting seed)");
    resume("killed", step(last));
  }

  /** Where it is ended, and how often, and while it resumes, changes nothing that it publishes. */
  @Test
  void endedAgainAndAgainItComesToTheSameBytes() throws Exception {
    Random random = new Random(3);
    for (int lines = 2; lines < 12; lines += 4 + random.nextInt(3)) {
      Process process = start("again", lines);
      if (random.nextBoolean()) {
        process.destroyForcibly();
      } else {
        process.destroy();
      }
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(TrainFixture.lines(WorkFolder.of(folder, "again", "metrics.jsonl")))
          .extracting(line -> line.get("step").asInt())
          .containsExactlyElementsOf(
              IntStream.rangeClosed(
                      1, TrainFixture.lines(WorkFolder.of(folder, "again", "metrics.jsonl")).size())
                  .boxed()
                  .toList());
    }
    resume("again", SETS);
    assertSameAsWhole("again");
  }

  /** The best step's numbers are exported at the end, long after the newest checkpoint. */
  @Test
  void aDamagedBestIsNotExported() throws Exception {
    Process process = start("lost", 10);
    process.destroyForcibly();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    JsonNode newest = null;
    for (Path dir : checkpoints("lost").sorted().toList()) {
      newest = Json.mapper().readTree(dir.resolve("state.json").toFile());
    }
    Path best =
        WorkFolder.of(
            folder, "lost", format("checkpoints/step-%06d", newest.at("/best/step").asLong()));
    assertThat(newest.path("step").asLong()).isGreaterThan(step(best));
    Path weights = best.resolve("adapter/adapter_model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length - 3] ^= 0x40;
    Files.write(weights, bytes);
    resume("lost", SETS);
    assertSameAsWhole("lost");
  }

  /** By default a training is saved by the clock, and nothing of that is published. */
  @Test
  void killedItGoesOnFromWhatTheClockSaved() throws Exception {
    List<String> sets = new ArrayList<>(SETS);
    sets.replaceAll(set -> set.equals("checkpoint.every=3") ? "checkpoint.every=0" : set);
    sets.remove("validation.select=best");
    fixture.adapt("unsaved", with(sets, "checkpoint.minutes=0"));
    List<String> often = with(sets, "checkpoint.minutes=1e-9");
    Process process = start("clock", 7, often);
    process.destroyForcibly();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(checkpoints("clock").map(p -> p.getFileName().toString()))
        .isNotEmpty()
        .allMatch(name -> name.startsWith("interim-"));
    long from = checkpoints("clock").mapToLong(TrainResumeTest::step).max().orElseThrow();
    List<String> kept =
        Files.readAllLines(WorkFolder.of(folder, "clock", "metrics.jsonl")).stream()
            .limit(from)
            .toList();
    // How often it saves makes it no other run.
    resume("clock", with(sets, "checkpoint.minutes=10"));
    assertThat(Files.readAllLines(folder.resolve("clock/metrics.jsonl")))
        .startsWith(kept.toArray(String[]::new));
    assertThat(stable("clock")).isEqualTo(stable("unsaved"));
    Map<String, String> clock = tree("clock");
    Map<String, String> unsaved = tree("unsaved");
    assertThat(clock.keySet()).isEqualTo(unsaved.keySet());
    clock.keySet().removeIf(name -> clock.get(name).equals(unsaved.get(name)));
    // These two have the settings; nothing else differs.
    assertThat(clock.keySet()).isSubsetOf("manifest.json", "adapter/training.json");
  }

  private static List<String> with(List<String> sets, String more) {
    return Stream.concat(sets.stream(), Stream.of(more)).toList();
  }

  private static Stream<Path> checkpoints(String runId) throws IOException {
    try (Stream<Path> all = Files.list(WorkFolder.of(folder, runId, "checkpoints"))) {
      return all
          .filter(p -> p.getFileName().toString().matches("(step|interim)-[0-9]+"))
          .toList()
          .stream();
    }
  }

  private static long step(Path checkpoint) {
    return Long.parseLong(checkpoint.getFileName().toString().replaceAll(".*-", ""));
  }

  private static int lines(String runId) throws IOException {
    Path metrics = WorkFolder.of(folder, runId, "metrics.jsonl");
    return Files.exists(metrics) ? Files.readAllLines(metrics).size() : 0;
  }

  /** A process that has taken at least so many steps. */
  private static Process start(String runId, int steps) throws Exception {
    return start(runId, steps, SETS);
  }

  private static Process start(String runId, int steps, List<String> sets) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.add("-Xmx1g");
    command.add("-Dspark.master=local[2]");
    command.add("-Dspark.ui.enabled=false");
    Stream.of(System.getProperty("radllama.opens").split(" ")).forEach(command::add);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), TrainJob.class.getName()));
    command.addAll(fixture.arguments(runId, sets));
    command.add("--resume");
    Process process =
        new ProcessBuilder(command)
            .redirectError(folder.resolve(runId + ".err").toFile())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    while (lines(runId) < steps) {
      assertThat(process.isAlive()).as("the process, before %d steps", steps).isTrue();
      assertThat(System.nanoTime()).isLessThan(until);
      Thread.sleep(5);
    }
    return process;
  }
}
