package org.radllama.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.run.ExitCode;
import org.radllama.run.JobFailure;

/** A run that is told to end, killed, or finds its newest checkpoint damaged, and then goes on. */
class TrainResumeTest {
  private static final List<String> SETS =
      List.of(
          "batch-size=8",
          "epochs=2",
          "optimiser.learning-rate=1e-2",
          "optimiser.schedule=cosine",
          "checkpoint.every=3",
          "checkpoint.keep=100",
          "validation.every=5",
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
        Files.readAllLines(folder.resolve("_work/" + runId + "/metrics.jsonl")).stream()
            .limit(from)
            .toList();
    resume(runId, SETS);
    // The lines of the steps before, down to their clock: none was taken again.
    assertThat(Files.readAllLines(folder.resolve(runId + "/metrics.jsonl")))
        .startsWith(kept.toArray(String[]::new));
    assertThat(fixture.adapter(runId)).isEqualTo(fixture.adapter("whole"));
    assertThat(stable(runId)).isEqualTo(stable("whole"));
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

  private static void assertConflict(String runId, List<String> sets, String message) {
    assertThatThrownBy(() -> resume(runId, sets))
        .isInstanceOfSatisfying(
            JobFailure.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.TAKEN))
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
    Process process = start("told");
    process.destroy();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(143);
    assertThat(Files.readString(folder.resolve("told.err")))
        .contains("which is kept; --resume goes on from there")
        .doesNotContain("a defect");
    assertThat(folder.resolve("_work/told.lease")).doesNotExist();
    // Of the step it ended after, not only of every third; one more may have been taken since.
    long newest = checkpoints("told").mapToLong(TrainResumeTest::step).max().orElseThrow();
    long steps = TrainFixture.lines(folder.resolve("_work/told/metrics.jsonl")).size();
    assertThat(newest).isBetween(steps - 1, steps + 1);
    resume("told", newest);
  }

  @Test
  void killedItGoesOnFromTheLastWholeCheckpoint() throws Exception {
    Process process = start("killed");
    process.destroyForcibly();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    // A newer one that was cut off while it was written.
    Path newest = folder.resolve("_work/killed/checkpoints/step-000099");
    Files.createDirectories(newest);
    Path last = checkpoints("killed").filter(p -> step(p) < 99).sorted().reduce((a, b) -> b).get();
    Files.copy(last.resolve("state.json"), newest.resolve("state.json"));
    Files.write(newest.resolve("optimiser.safetensors"), new byte[10]);
    // The dead run's lease is stale after three seconds without a heartbeat.
    assertConflict("killed", SETS, "this run-id is being written");
    Thread.sleep(3500);
    // Other settings must not cost the work done.
    List<String> other = Stream.concat(SETS.stream(), Stream.of("seed=7")).toList();
    assertConflict("killed", other, "was begun from other inputs or configuration");
    resume("killed", step(last));
  }

  private static Stream<Path> checkpoints(String runId) throws IOException {
    try (Stream<Path> all = Files.list(folder.resolve("_work/" + runId + "/checkpoints"))) {
      return all.filter(p -> p.getFileName().toString().startsWith("step-")).toList().stream();
    }
  }

  private static long step(Path checkpoint) {
    return Long.parseLong(checkpoint.getFileName().toString().substring(5));
  }

  /** A process that has taken at least seven steps. */
  private static Process start(String runId) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.add("-Xmx1g");
    command.add("-Dspark.master=local[2]");
    command.add("-Dspark.ui.enabled=false");
    Stream.of(System.getProperty("radllama.opens").split(" ")).forEach(command::add);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), TrainJob.class.getName()));
    command.addAll(fixture.arguments(runId, SETS));
    Process process =
        new ProcessBuilder(command)
            .redirectError(folder.resolve(runId + ".err").toFile())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    Path metrics = folder.resolve("_work/" + runId + "/metrics.jsonl");
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    while (!Files.exists(metrics) || Files.readAllLines(metrics).size() < 7) {
      assertThat(process.isAlive()).as("the process, before seven steps").isTrue();
      assertThat(System.nanoTime()).isLessThan(until);
      Thread.sleep(5);
    }
    return process;
  }
}
