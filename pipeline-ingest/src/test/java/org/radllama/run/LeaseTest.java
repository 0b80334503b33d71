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
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeaseTest {
  private static final Duration STALE = Duration.ofMinutes(2);
  private static final int CONTENDERS = 8;

  @TempDir java.nio.file.Path folder;
  private FileSystem fs;
  private Path file;

  @BeforeEach
  void open() throws IOException {
    fs = FileSystem.getLocal(new Configuration());
    fs.setWriteChecksum(false);
    file = new Path(folder.toString(), "run.lease");
  }

  @Test
  void ofManyThatComeAtOnceOneWins() throws Exception {
    for (int round = 0; round < 25; round++) {
      try (Lease winner = race()) {
        assertThat(winner.owned()).isTrue();
        assertThat(winner.held()).isTrue();
      }
      assertThat(folder).isEmptyDirectory();
    }
  }

  @Test
  void ofManyThatFindAStaleOneOneWins() throws Exception {
    for (int round = 0; round < 25; round++) {
      // What a killed owner leaves, once even cut off while it was written.
      Files.writeString(
          folder.resolve("run.lease"), round % 2 == 0 ? "{\"owner\":\"dead\"}" : "{\"ow");
      Files.setLastModifiedTime(
          folder.resolve("run.lease"), FileTime.from(Instant.now().minusSeconds(300)));
      try (Lease winner = race()) {
        assertThat(winner.owned()).isTrue();
      }
      assertThat(folder).isEmptyDirectory();
    }
  }

  @Test
  void oneThatWasTakenForDeadKnowsIt() throws Exception {
    try (Lease sleeper = Lease.take(fs, file, Duration.ofMillis(1))) {
      Thread.sleep(20);
      fs.delete(file, false);
      try (Lease successor = Lease.take(fs, file, STALE)) {
        // Longer than it may rely on its last heartbeat.
        Thread.sleep(20);
        assertThat(sleeper.held()).isFalse();
        assertThatThrownBy(() -> Lease.take(fs, file, STALE)).isInstanceOf(JobFailure.class);
        assertThat(successor.held()).isTrue();
      }
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
                return Lease.take(fs, file, STALE);
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
