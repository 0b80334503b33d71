package org.radllama.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Owners whose time passes in steps, in each of which every living one gives its sign of life. */
class LeaseTest {
  private static final Duration STALE = Duration.ofMinutes(2);
  private static final int CONTENDERS = 8;

  @TempDir java.nio.file.Path folder;
  private FileSystem fs;
  private Path file;
  private final Set<Lease> living = ConcurrentHashMap.newKeySet();

  @BeforeEach
  void open() throws IOException {
    fs = FileSystem.getLocal(new Configuration());
    fs.setWriteChecksum(false);
    file = new Path(folder.toString(), "run.lease");
  }

  private Lease take() throws IOException {
    Lease lease = Lease.take(fs, file, STALE, this::pass);
    living.add(lease);
    return lease;
  }

  /** Longer than a file system's clock needs to tell two times apart. */
  private void pass(Duration time) throws IOException {
    try {
      Thread.sleep(5);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    living.forEach(Lease::beat);
  }

  private void close(Lease lease) throws IOException {
    living.remove(lease);
    lease.close();
  }

  private void dead(String content, Instant touched) throws IOException {
    java.nio.file.Path lease = Files.writeString(folder.resolve("run.lease"), content);
    Files.setLastModifiedTime(lease, FileTime.from(touched));
  }

  @Test
  void ofManyThatComeAtOnceOneWins() throws Exception {
    for (int round = 0; round < 10; round++) {
      Lease winner = race();
      assertThat(winner.owned()).isTrue();
      assertThat(winner.held()).isTrue();
      close(winner);
      assertThat(folder).isEmptyDirectory();
    }
  }

  /**
   * What a killed owner leaves, once even cut off while it was written, whatever its clock said.
   */
  @Test
  void ofManyThatFindADeadOneOneWins() throws Exception {
    for (int round = 0; round < 12; round++) {
      Instant touched = Instant.now().plusSeconds(300L * (round % 3 - 1));
      dead(round % 2 == 0 ? "{\"owner\":\"dead\"}" : "{\"ow", touched);
      Lease winner = race();
      assertThat(winner.owned()).isTrue();
      close(winner);
      assertThat(folder).isEmptyDirectory();
    }
  }

  /** Its host's clock may be an hour behind or ahead of ours. */
  @Test
  void oneThatLivesIsNotTakenOverWhateverItsClockSays() throws Exception {
    for (long apart : new long[] {-3600, 3600}) {
      Instant clock = Instant.now().plusSeconds(apart);
      dead("{\"owner\":\"far away\"}", clock);
      int[] looks = {0};
      Ownership.Pause beatsOnce =
          time -> {
            if (++looks[0] == 5) {
              dead("{\"owner\":\"far away\"}", clock.plusSeconds(30));
            }
          };
      assertThatThrownBy(() -> Lease.take(fs, file, STALE, beatsOnce))
          .isInstanceOfSatisfying(
              JobFailure.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.BUSY))
          .hasMessageContaining("is being written");
    }
  }

  /** It was about to write the lease, and is found again by the one who comes after a while. */
  @Test
  void aClaimantThatDiesIsFollowedByAnother() throws Exception {
    dead("{\"owner\":\"dead\"}", Instant.now());
    Ownership.Pause claimed =
        time -> {
          if (!Files.exists(folder.resolve("run.lease"))) {
            return;
          }
          String touched = String.valueOf(fs.getFileStatus(file).getModificationTime());
          String of = Digests.sha256("dead" + touched).substring(0, 12);
          java.nio.file.Path claim = folder.resolve("run.lease.claim-" + of + "-0");
          if (!Files.exists(claim)) {
            Files.createFile(claim);
          }
        };
    try (Lease lease = Lease.take(fs, file, STALE, claimed)) {
      assertThat(lease.owned()).isTrue();
      assertThat(folder.toFile().list()).containsExactly("run.lease");
    }
  }

  @Test
  void oneThatWasTakenForDeadKnowsIt() throws Exception {
    // Not among the living: it was stopped.
    try (Lease sleeper = Lease.take(fs, file, Duration.ofMillis(40), this::pass)) {
      sleeper.stopBeating();
      Thread.sleep(30);
      Lease successor = take();
      assertThat(sleeper.held()).isFalse();
      assertThatThrownBy(this::take).isInstanceOf(JobFailure.class);
      assertThat(successor.held()).isTrue();
      sleeper.beat();
      assertThat(successor.owned()).isTrue();
      close(successor);
    }
  }

  /** Hadoop throws even errors (FSError) where a disk fails for a moment. */
  @Test
  void noExceptionEndsTheHeartbeat() throws Exception {
    List<RuntimeException> failures = new ArrayList<>();
    FilterFileSystem failing =
        new FilterFileSystem(fs) {
          @Override
          public void setTimes(Path path, long modified, long accessed) throws IOException {
            if (failures.isEmpty()) {
              failures.add(new IllegalStateException("once"));
              throw failures.get(0);
            } else if (failures.size() == 1) {
              failures.add(new IllegalStateException("twice"));
              throw new LinkageError("a disk that fails");
            }
            super.setTimes(path, modified, accessed);
          }

          @Override
          public String getScheme() {
            return "file";
          }
        };
    try (Lease lease = Lease.take(failing, file, Duration.ofMillis(40))) {
      long begun = fs.getFileStatus(file).getModificationTime();
      for (int i = 0; i < 2000 && fs.getFileStatus(file).getModificationTime() == begun; i++) {
        Thread.sleep(5);
      }
      assertThat(fs.getFileStatus(file).getModificationTime()).isGreaterThan(begun);
      assertThat(failures).hasSize(2);
      assertThat(lease.owned()).isTrue();
    }
  }

  /** The one that wins; the others are told, with exit 4. */
  private Lease race() throws Exception {
    CyclicBarrier start = new CyclicBarrier(CONTENDERS);
    ExecutorService threads = Executors.newFixedThreadPool(CONTENDERS);
    try {
      List<Callable<Lease>> contenders = new ArrayList<>();
      for (int i = 0; i < CONTENDERS; i++) {
        contenders.add(
            () -> {
              start.await();
              try {
                return take();
              } catch (JobFailure e) {
                assertThat(e.exitCode()).isEqualTo(ExitCode.BUSY);
                return null;
              }
            });
      }
      List<Lease> winners = new ArrayList<>();
      for (Future<Lease> contender : threads.invokeAll(contenders)) {
        if (contender.get() != null) {
          winners.add(contender.get());
        }
      }
      assertThat(winners).hasSize(1);
      return winners.get(0);
    } finally {
      threads.shutdown();
    }
  }
}
