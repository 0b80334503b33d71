package org.radllama.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Conditional requests by the client of Hadoop's own s3a, on a server. */
class S3aStoreTest {
  private static final int CONTENDERS = 8;
  private static final int ROUNDS = 10;

  @TempDir java.nio.file.Path folder;

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void keepsConditionsAndHasOneWinner() throws Exception {
    try (ObjectStoreServer server = ObjectStoreServer.start(folder)) {
      Path path = new Path(server.uri("a b/ü=1"));
      assertThat(ObjectStores.isOn(path, server.configuration())).isTrue();
      try (FileSystem fs = FileSystem.newInstance(path.toUri(), server.configuration())) {
        ObjectStore store = ObjectStores.of(fs).orElseThrow();
        assertThat(store.read(path)).isEmpty();
        assertThat(store.replace(path, bytes("none"), "00000000000000000000000000000000"))
            .isEmpty();
        server.requests();
        Optional<String> first = store.create(path, bytes("one"));
        assertThat(store.create(path, bytes("two"))).isEmpty();
        assertThat(store.read(path).orElseThrow().tag()).isEqualTo(first.orElseThrow());
        Optional<String> second = store.replace(path, bytes("three"), first.get());
        assertThat(second).isPresent().isNotEqualTo(first);
        assertThat(store.replace(path, bytes("four"), first.get())).isEmpty();
        store.write(path, bytes("five"));
        assertThat(store.read(path).orElseThrow().body()).isEqualTo(bytes("five"));
        assertThat(server.requests()).containsOnlyKeys("GetObject", "PutObject");
        for (int i = 0; i < ROUNDS; i++) {
          Path contended = new Path(server.uri("race-" + i));
          assertThat(race(n -> store.create(contended, bytes("first " + n)))).hasSize(1);
          String tag = store.read(contended).orElseThrow().tag();
          assertThat(race(n -> store.replace(contended, bytes("then " + n), tag))).hasSize(1);
        }
        writesSmallAndLargeFiles(server, fs, store);
      }
    }
  }

  private static void writesSmallAndLargeFiles(
      ObjectStoreServer server, FileSystem fs, ObjectStore store) throws Exception {
    byte[] large = new byte[9 << 20];
    large[large.length - 1] = 7;
    for (byte[] content : List.of(new byte[0], bytes("small"), large)) {
      Path path = new Path(server.uri("files/" + content.length));
      try (ObjectOutput given = ObjectOutput.begin(fs, store, new Path(server.uri("files/not")))) {
        given.write(content);
        given.discard();
      }
      server.requests();
      try (OutputStream out = ObjectOutput.create(fs, store, path)) {
        out.write(content);
        assertThat(server.requests()).doesNotContainKeys("PutObject");
      }
      if (content != large) {
        assertThat(server.requests()).containsOnlyKeys("PutObject");
      }
      assertThat(store.read(path).orElseThrow().body()).isEqualTo(content);
    }
    assertThat(fs.exists(new Path(server.uri("files/not")))).isFalse();
  }

  @Test
  void saysWhatIsWrong() throws Exception {
    try (ObjectStoreServer server = ObjectStoreServer.start(folder)) {
      Path path = new Path("s3a://no-such-bucket/a");
      try (FileSystem fs = FileSystem.newInstance(path.toUri(), server.configuration())) {
        ObjectStore store = ObjectStores.of(fs).orElseThrow();
        assertThatThrownBy(() -> store.read(path)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> store.create(path, bytes("one"))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> store.replace(path, bytes("one"), "tag"))
            .isInstanceOf(IOException.class);
      }
    }
  }

  private interface Contender {
    Optional<String> write(int number) throws IOException;
  }

  private static List<String> race(Contender contender) throws Exception {
    CyclicBarrier start = new CyclicBarrier(CONTENDERS);
    ExecutorService threads = Executors.newFixedThreadPool(CONTENDERS);
    try {
      List<Callable<Optional<String>>> all = new ArrayList<>();
      for (int i = 0; i < CONTENDERS; i++) {
        int number = i;
        all.add(
            () -> {
              start.await();
              return contender.write(number);
            });
      }
      List<String> winners = new ArrayList<>();
      for (Future<Optional<String>> one : threads.invokeAll(all)) {
        one.get().ifPresent(winners::add);
      }
      return winners;
    } finally {
      threads.shutdown();
    }
  }
}
