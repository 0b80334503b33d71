package org.radllama.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Publication on an object store: owners that are stopped, killed or cut off from the store at
 * every request, and owners whose requests interleave in any order. At no time is a run published
 * with files that are missing, cut or another attempt's, and never twice.
 */
class CommittedRunsTest {
  private static final String OUT = "mem://bucket/runs";
  private static final String RUN = "runs/one";
  private static final Settings SETTINGS =
      Settings.load("ingest", Optional.empty(), List.of("run.stale-after=1 hour"), Map.of());

  private final MemoryStore.Bucket bucket = new MemoryStore.Bucket();

  /** Asked once by each process. */
  @BeforeAll
  static void probe() throws IOException {
    MemoryStore fs = new MemoryStore(new MemoryStore.Bucket(), MemoryStore.Network.reliable());
    Probe.require(fs, fs, new Path(OUT));
  }

  private static RunRequest request(String runId, String... sets) {
    return new RunRequest(
        "ingest",
        OUT,
        Optional.of(runId),
        sets.length == 0
            ? SETTINGS
            : Settings.load("ingest", Optional.empty(), List.of(sets), Map.of()),
        List.of(),
        Set.of(),
        Set.of("log.txt"),
        Set.of("checkpoints"));
  }

  /** A process that publishes; what it writes names its attempt, but for its checkpoint. */
  private static Run.Published<String> publish(
      MemoryStore.Network network, RunRequest request, MemoryStore.Bucket bucket)
      throws IOException {
    MemoryStore fs = new MemoryStore(bucket, network);
    Ownership.Pause pause =
        time ->
            network.send(
                "PAUSE",
                "",
                false,
                () -> {
                  return null;
                });
    PrintStream nowhere =
        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    return Run.publish(
        new CommittedRuns(fs, fs, new Path(OUT), pause),
        new Configuration(false),
        new Console(nowhere, nowhere),
        request,
        CommittedRunsTest::write,
        Optional.empty());
  }

  private static Run.Result<String> write(RunDirectory run) throws IOException {
    String attempt = run.directory().getName();
    if (!run.fileSystem().exists(run.path("checkpoints/step-1/weights"))) {
      run.write("checkpoints/step-1/weights", "weights");
    }
    run.requireOwned();
    run.write("data/result.txt", attempt);
    run.write("log.txt", attempt);
    return new Run.Result<>(Json.mapper().createObjectNode(), attempt);
  }

  private Run.Published<String> publish() throws IOException {
    return publish(MemoryStore.Network.reliable(), request("one"), bucket);
  }

  /** What is published, if anything, is one attempt's, whole. Returns its name. */
  private static Optional<String> requireSound(MemoryStore.Bucket bucket) {
    Map<String, byte[]> objects = bucket.objects();
    byte[] marker = objects.get(RUN + "/" + Marker.FILE);
    if (marker == null) {
      return Optional.empty();
    }
    assertThat(bucket.writes(RUN + "/" + Marker.FILE)).isEqualTo(1);
    JsonNode node = parsed(marker);
    String attempt = node.path("attempt").asText();
    String prefix = RUN + "/" + attempt + "/";
    node.path("bytes")
        .properties()
        .forEach(
            file ->
                assertThat(objects.get(prefix + file.getKey()))
                    .as(file.getKey())
                    .isNotNull()
                    .hasSize(file.getValue().asInt()));
    byte[] manifest = objects.get(prefix + "manifest.json");
    assertThat(Digests.sha256(manifest)).isEqualTo(node.path("manifest_sha256").asText());
    JsonNode outputs = parsed(manifest).path("outputs");
    assertThat(outputs.fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder("checkpoints/step-1/weights", "data/result.txt");
    outputs
        .properties()
        .forEach(
            file ->
                assertThat(Digests.sha256(objects.get(prefix + file.getKey())))
                    .isEqualTo(file.getValue().path("sha256").asText()));
    assertThat(objects.get(prefix + "data/result.txt")).asString().isEqualTo(attempt);
    return Optional.of(attempt);
  }

  private static JsonNode parsed(byte[] json) {
    try {
      return Json.mapper().readTree(json);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void publishesAnAttemptByItsMarkerAndGivesTheLeaseBack() throws IOException {
    Run.Published<String> run = publish();
    String attempt = run.value().orElseThrow();
    assertThat(requireSound(bucket)).contains(attempt);
    assertThat(run.shown("data")).isEqualTo("/runs/one/data");
    assertThat(run.files()).isEqualTo(new Path(OUT + "/one/" + attempt));
    JsonNode lease = parsed(bucket.objects().get(RUN + "/" + CommittedRuns.LEASE));
    assertThat(lease.path("free").asBoolean()).isTrue();
    assertThat(bucket.objects().keySet())
        .containsExactlyInAnyOrder(
            RUN + "/_COMMITTED.json",
            RUN + "/_LEASE.json",
            RUN + "/" + attempt + "/_SUCCESS",
            RUN + "/" + attempt + "/_identity.json",
            RUN + "/" + attempt + "/checkpoints/step-1/weights",
            RUN + "/" + attempt + "/data/result.txt",
            RUN + "/" + attempt + "/log.txt",
            RUN + "/" + attempt + "/manifest.json",
            RUN + "/" + attempt + "/timings.json");
  }

  @Test
  void doesNothingTwiceAndRemovesWhatIsLeftOfOthers() throws IOException {
    String attempt = publish().value().orElseThrow();
    MemoryStore fs = new MemoryStore(bucket, MemoryStore.Network.reliable());
    fs.write(new Path(OUT, "one/00000000-0000-0000-0000-000000000000/data/late.txt"), new byte[1]);
    Run.Published<String> again = publish();
    assertThat(again.value()).isEmpty();
    assertThat(again.files().getName()).isEqualTo(attempt);
    assertThat(bucket.objects().keySet()).noneMatch(key -> key.contains("/0000"));
  }

  @Test
  void refusesAnotherRunsPlaceAndDamagedRuns() throws IOException {
    String attempt = publish().value().orElseThrow();
    takenBy(request("one", "publish.rows-per-part=7"), "other inputs or settings");
    MemoryStore fs = new MemoryStore(bucket, MemoryStore.Network.reliable());
    String files = OUT + "/one/" + attempt;
    fs.write(new Path(files, "log.txt"), new byte[1]);
    takenBy(request("one"), "1 of the 6 files of its manifest are missing or have another length");
    fs.write(new Path(files, "manifest.json"), "{}".getBytes(StandardCharsets.UTF_8));
    takenBy(request("one"), "its manifest.json is missing, or not the one");
    fs.write(new Path(OUT, "two/_SUCCESS"), new byte[0]);
    takenBy(request("two"), "exists but is no published run");
    assertThat(bucket.objects().keySet()).noneMatch(key -> key.startsWith("runs/two/_LEASE"));
    fs.write(new Path(OUT, "one/_COMMITTED.json"), "{".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(this::publish)
        .isInstanceOfSatisfying(
            JobFailure.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.INPUT))
        .hasMessage("_COMMITTED.json of the run /runs/one is damaged");
  }

  private void takenBy(RunRequest request, String message) {
    assertThatThrownBy(() -> publish(MemoryStore.Network.reliable(), request, bucket))
        .isInstanceOfSatisfying(
            JobFailure.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.TAKEN))
        .hasMessageContaining(message);
  }

  /** What may happen to one request. */
  enum Fault {
    KILLED_BEFORE,
    KILLED_AFTER,
    FAILS,
    LOSES_ITS_REPLY,
    COMES_LATE
  }

  /** The process is gone: nothing that it would still do happens. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1;
  }

  /** Lets something happen to the request of one number. */
  private static final class Faulty implements MemoryStore.Network {
    private final int at;
    private final Fault fault;
    private final AtomicInteger sent = new AtomicInteger();
    private boolean killed;
    private Runnable late = () -> {};

    Faulty(int at, Fault fault) {
      this.at = at;
      this.fault = fault;
    }

    @Override
    public synchronized <T> T send(
        String what, String key, boolean changes, MemoryStore.Effect<T> effect) throws IOException {
      if (killed) {
        throw new Killed();
      }
      if (sent.incrementAndGet() != at) {
        return effect.apply();
      }
      switch (fault) {
        case KILLED_AFTER, KILLED_BEFORE -> {
          if (fault == Fault.KILLED_AFTER) {
            effect.apply();
          }
          killed = true;
          throw new Killed();
        }
        case LOSES_ITS_REPLY -> effect.apply();
        case COMES_LATE ->
            late =
                () -> {
                  try {
                    effect.apply();
                  } catch (IOException e) {
                    throw new AssertionError(e);
                  }
                };
        default -> {}
      }
      throw new IOException("no reply");
    }
  }

  /** One process meets the fault at each of its requests; another one comes afterwards. */
  @ParameterizedTest
  @EnumSource(Fault.class)
  void isSoundWhateverHappensToAnyRequest(Fault fault) throws IOException {
    int requests = 0;
    for (int at = 1; at <= requests + 1; at++) {
      for (boolean lateFirst : new boolean[] {true, false}) {
        MemoryStore.Bucket own = new MemoryStore.Bucket();
        Faulty network = new Faulty(at, fault);
        Optional<String> winner = Optional.empty();
        try {
          winner = publish(network, request("one"), own).value();
        } catch (IOException | JobFailure | Killed e) {
          assertThat(network.sent.get()).isGreaterThanOrEqualTo(at);
        }
        requests = Math.max(requests, network.sent.get());
        Optional<String> published = requireSound(own);
        winner.ifPresent(w -> assertThat(published).contains(w));
        if (!network.killed) {
          // Whatever fails after its publication, the job ends well.
          assertThat(winner).as("%s at %d", fault, at).isEqualTo(published);
        }
        if (lateFirst) {
          network.late.run();
          requireSound(own);
        }
        Optional<String> before = requireSound(own);
        Optional<String> next =
            publish(MemoryStore.Network.reliable(), request("one"), own).value();
        assertThat(next.isEmpty()).isEqualTo(before.isPresent());
        if (!lateFirst) {
          network.late.run();
        }
        assertThat(requireSound(own)).isEqualTo(before.isPresent() ? before : next);
        publish(MemoryStore.Network.reliable(), request("one"), own);
        long attempts =
            own.objects().keySet().stream()
                .filter(key -> key.startsWith(RUN + "/") && key.split("/").length > 3)
                .map(key -> key.split("/")[2])
                .distinct()
                .count();
        assertThat(attempts).as("%s at %d", fault, at).isEqualTo(1);
      }
    }
    assertThat(requests).isBetween(15, 60);
  }

  @Test
  void takesOverWhatADeadAttemptHadKept() throws IOException {
    MemoryStore fs = new MemoryStore(bucket, MemoryStore.Network.reliable());
    // Killed when it wrote its result: its checkpoint is there.
    Faulty network = new Faulty(10, Fault.KILLED_BEFORE);
    assertThatThrownBy(() -> publish(network, request("one"), bucket)).isInstanceOf(Killed.class);
    Path kept =
        bucket.objects().keySet().stream()
            .filter(key -> key.endsWith("weights"))
            .map(key -> new Path("mem://bucket/" + key))
            .findFirst()
            .orElseThrow();
    fs.write(kept, "the dead attempt's".getBytes(StandardCharsets.UTF_8));
    String attempt = publish().value().orElseThrow();
    assertThat(bucket.objects().get(RUN + "/" + attempt + "/checkpoints/step-1/weights"))
        .asString()
        .isEqualTo("the dead attempt's");
    assertThat(bucket.objects().keySet()).noneMatch(key -> key.contains(kept.toUri().getPath()));
  }

  @Test
  void continuesAfterSomebodyStartedOver() throws IOException {
    RunRequest other = request("one", "publish.rows-per-part=7");
    assertThatThrownBy(() -> publish(new Faulty(10, Fault.KILLED_BEFORE), other, bucket))
        .isInstanceOf(Killed.class);
    takenBy(request("one"), "omit --resume to start over");
    RunRequest over =
        new RunRequest(
            "ingest",
            OUT,
            Optional.of("one"),
            SETTINGS,
            List.of(),
            Set.of(),
            Set.of("log.txt"),
            Set.of());
    // Killed one request later each time, until it has said whose work it is.
    for (int at = 1; begun() < 2; at++) {
      Faulty network = new Faulty(at, Fault.KILLED_BEFORE);
      assertThatThrownBy(() -> publish(network, over, bucket)).isInstanceOf(Killed.class);
    }
    assertThat(requireSound(bucket)).isEmpty();
    assertThat(publish().value()).isPresent();
  }

  private long begun() {
    return bucket.objects().keySet().stream().filter(key -> key.endsWith("_identity.json")).count();
  }

  /** Owners, some of which meet faults, whose requests come in an order that a seed decides. */
  @Test
  @Timeout(120)
  void isSoundInWhateverOrderRequestsCome() throws Exception {
    int seeds = Integer.getInteger("radllama.seeds", 120);
    int publishedByTwo = 0;
    for (long seed = 0; seed < seeds; seed++) {
      MemoryStore.Bucket own = new MemoryStore.Bucket();
      Interleaving order = new Interleaving(seed, () -> requireSound(own));
      int owners = 2 + (int) (seed % 2);
      for (int i = 0; i < owners; i++) {
        order.start(network -> publish(network, request("one"), own).value());
      }
      List<String> winners = order.finish();
      Optional<String> published = requireSound(own);
      assertThat(winners).as("seed %d", seed).hasSizeLessThanOrEqualTo(1);
      winners.forEach(winner -> assertThat(published).contains(winner));
      publishedByTwo += published.isPresent() ? 1 : 0;
      publish(MemoryStore.Network.reliable(), request("one"), own);
      order.late();
      Optional<String> last = requireSound(own);
      assertThat(last).as("seed %d", seed).isPresent();
      published.ifPresent(p -> assertThat(last).contains(p));
    }
    assertThat(publishedByTwo).isGreaterThan(seeds / 3);
  }
}
