package org.radllama.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;

/** Owners whose time passes in steps, in each of which every living one gives its sign of life. */
class ObjectLeaseTest {
  private static final int CONTENDERS = 8;
  private static final Duration STALE = Duration.ofHours(2);
  private static final Path FILE = new Path("mem://bucket/runs/one/_LEASE.json");

  private final MemoryStore.Bucket bucket = new MemoryStore.Bucket();
  private final MemoryStore store = new MemoryStore(bucket, MemoryStore.Network.reliable());
  private final Set<ObjectLease> living = ConcurrentHashMap.newKeySet();

  private ObjectLease take() throws IOException {
    return take(this::pass);
  }

  private ObjectLease take(Ownership.Pause pause) throws IOException {
    ObjectLease lease = ObjectLease.take(store, FILE, STALE, pause);
    living.add(lease);
    return lease;
  }

  private void pass(Duration time) {
    living.forEach(ObjectLease::beat);
  }

  private void close(ObjectLease lease) throws IOException {
    living.remove(lease);
    lease.close();
  }

  @Test
  void ofManyThatComeAtOnceOneWinsWhateverIsThere() throws Exception {
    for (int round = 0; round < 12; round++) {
      if (round % 3 == 1) {
        store.write(FILE, "{\"attempt\":\"dead\"}".getBytes(StandardCharsets.UTF_8));
      } else if (round % 3 == 2) {
        store.write(FILE, "{\"att".getBytes(StandardCharsets.UTF_8));
      }
      boolean nothing = round % 3 == 0;
      CyclicBarrier barrier = new CyclicBarrier(CONTENDERS);
      Ownership.Pause pause = time -> together(nothing, barrier);
      ExecutorService threads = Executors.newFixedThreadPool(CONTENDERS);
      List<ObjectLease> winners = new ArrayList<>();
      try {
        List<Callable<ObjectLease>> all = new ArrayList<>();
        for (int i = 0; i < CONTENDERS; i++) {
          all.add(
              () -> {
                try {
                  return take(pause);
                } catch (JobFailure e) {
                  assertThat(e.exitCode()).isEqualTo(ExitCode.BUSY);
                  return null;
                }
              });
        }
        for (Future<ObjectLease> one : threads.invokeAll(all)) {
          if (one.get() != null) {
            winners.add(one.get());
          }
        }
      } finally {
        threads.shutdown();
      }
      assertThat(winners).as("round %d", round).hasSize(1);
      assertThat(winners.get(0).owned()).isTrue();
      close(winners.get(0));
    }
  }

  /** Whoever finds nothing meets one that lives; whoever finds a dead one is not the last to. */
  private void together(boolean nothing, CyclicBarrier all) {
    try {
      if (nothing) {
        while (living.isEmpty()) {
          Thread.sleep(1);
        }
        pass(STALE);
      } else {
        all.await(30, TimeUnit.SECONDS);
      }
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void oneThatLivesIsNotTakenOverAndOneThatIsFreeAtOnce() throws Exception {
    ObjectLease first = take();
    assertThatThrownBy(this::take)
        .isInstanceOfSatisfying(
            JobFailure.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.BUSY))
        .hasMessageContaining("is alive");
    close(first);
    close(ObjectLease.take(store, FILE, STALE, time -> fail()));
    // Given back while somebody watches.
    ObjectLease second = take();
    living.remove(second);
    close(ObjectLease.take(store, FILE, STALE, time -> second.close()));
  }

  private static void fail() {
    throw new AssertionError("nobody is to be watched");
  }

  @Test
  void oneThatWasTakenForDeadKnowsIt() throws Exception {
    ObjectLease sleeper = ObjectLease.take(store, FILE, STALE, this::pass);
    ObjectLease successor = take();
    assertThat(sleeper.held()).as("as far as it knows").isTrue();
    sleeper.beat();
    assertThat(sleeper.held()).isFalse();
    assertThat(sleeper.owned()).isFalse();
    sleeper.close();
    assertThat(successor.owned()).isTrue();
    close(successor);
  }

  /** A beat that arrived, and whose reply did not. */
  @Test
  void lostRepliesLoseNothing() throws Exception {
    boolean[] lost = {false};
    MemoryStore.Network network =
        new MemoryStore.Network() {
          @Override
          public <T> T send(String what, String key, boolean changes, MemoryStore.Effect<T> effect)
              throws IOException {
            T value = effect.apply();
            if (lost[0]) {
              throw new IOException("no reply");
            }
            return value;
          }
        };
    ObjectLease lease = ObjectLease.take(new MemoryStore(bucket, network), FILE, STALE, this::pass);
    lost[0] = true;
    lease.beat();
    lease.beat();
    lost[0] = false;
    lease.beat();
    assertThat(lease.owned()).isTrue();
    lost[0] = true;
    lease.beat();
    lost[0] = false;
    lease.close();
    close(take());
  }
}
