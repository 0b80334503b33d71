package org.radllama.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.failure.BadSettingException;
import org.radllama.installed.Installed;

/**
 * Against fake-gcs-server and with Google's connector, which {@code deploy/object-stores/install
 * --gcs} fetches; skipped where they are not.
 */
class GcsStoreTest {
  private static final String JAR = "gcs-connector-hadoop3-2.2.26-shaded.jar";
  private static final org.apache.hadoop.fs.Path OBJECT =
      new org.apache.hadoop.fs.Path("gs://bucket/folder/object");

  @TempDir Path folder;
  private Process server;
  private FileSystem fs;
  private ObjectStore store;

  @BeforeEach
  void start() throws Exception {
    Path place = Installed.folder("RADLLAMA_OBJECT_STORES", "object-stores").resolve("gcs");
    for (String needed : List.of("fake-gcs-server", JAR)) {
      assumeTrue(
          Files.exists(place.resolve(needed)),
          () -> "no " + needed + " in " + place + " (deploy/object-stores/install --gcs)");
    }
    int port = freePort();
    String host = "127.0.0.1:" + port;
    server =
        new ProcessBuilder(
                place.resolve("fake-gcs-server").toString(),
                "-scheme",
                "http",
                "-host",
                "127.0.0.1",
                "-port",
                "" + port,
                "-public-host",
                host,
                "-backend",
                "memory")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("printed").toFile())
            .start();
    makeBucket(host);
    Configuration hadoop = new Configuration(false);
    URL[] jar = {place.resolve(JAR).toUri().toURL()};
    hadoop.setClassLoader(new URLClassLoader(jar, GcsStoreTest.class.getClassLoader()));
    hadoop.set("fs.gs.impl", "com.google.cloud.hadoop.fs.gcs.GoogleHadoopFileSystem");
    hadoop.set("fs.gs.storage.root.url", "http://" + host + "/");
    hadoop.setBoolean("fs.gs.auth.service.account.enable", false);
    hadoop.setBoolean("fs.gs.auth.null.enable", true);
    hadoop.set("fs.gs.project.id", "none");
    assertThat(ObjectStores.isOn(OBJECT, hadoop)).isTrue();
    fs = FileSystem.newInstance(OBJECT.toUri(), hadoop);
    store = ObjectStores.of(fs).orElseThrow();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void makeBucket(String host) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + host + "/storage/v1/b?project=none"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{\"name\": \"bucket\"}"))
            .build();
    for (int i = 0; ; i++) {
      try {
        HttpResponse<String> made =
            HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(made.statusCode()).isEqualTo(200);
        return;
      } catch (IOException notYet) {
        if (i == 100) {
          throw notYet;
        }
        Thread.sleep(100);
      }
    }
  }

  @AfterEach
  void stop() throws IOException {
    if (fs != null) {
      fs.close();
    }
    if (server != null) {
      server.destroyForcibly();
    }
  }

  private static byte[] body(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void keepsItsConditions() throws Exception {
    assertThat(store.read(OBJECT)).isEmpty();
    String first = store.create(OBJECT, body("first")).orElseThrow();
    assertThat(store.create(OBJECT, body("again"))).isEmpty();
    ObjectStore.Stored stored = store.read(OBJECT).orElseThrow();
    assertThat(stored.body()).asString().isEqualTo("first");
    assertThat(stored.tag()).isEqualTo(first);
    String second = store.replace(OBJECT, body("second"), first).orElseThrow();
    assertThat(second).isNotEqualTo(first);
    assertThat(store.replace(OBJECT, body("stale"), first)).isEmpty();
    assertThat(store.read(OBJECT).orElseThrow().body()).asString().isEqualTo("second");
    store.write(OBJECT, body("third"));
    assertThat(store.read(OBJECT).orElseThrow().body()).asString().isEqualTo("third");
    assertThat(fs.getFileStatus(OBJECT).getLen()).isEqualTo(5);
    store.remove(OBJECT);
    store.remove(OBJECT);
    assertThat(store.read(OBJECT)).isEmpty();
    assertThat(store.replace(OBJECT, body("gone"), second)).isEmpty();
    assertThat(store.read(OBJECT)).isEmpty();
  }

  @Test
  void hasOneWinnerOfMany() throws Exception {
    int many = 6;
    ExecutorService threads = Executors.newFixedThreadPool(many);
    try {
      for (int round = 0; round < 15; round++) {
        org.apache.hadoop.fs.Path object = new org.apache.hadoop.fs.Path(OBJECT, "r" + round);
        assertThat(won(threads, many, i -> store.create(object, body("writer " + i)))).hasSize(1);
        String tag = store.read(object).orElseThrow().tag();
        List<Integer> winners =
            won(threads, many, i -> store.replace(object, body("next " + i), tag));
        assertThat(winners).hasSize(1);
        assertThat(store.read(object).orElseThrow().body())
            .asString()
            .isEqualTo("next " + winners.get(0));
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private interface Try {
    Optional<String> by(int writer) throws IOException;
  }

  private static List<Integer> won(ExecutorService threads, int many, Try write) throws Exception {
    CyclicBarrier together = new CyclicBarrier(many);
    List<Callable<Boolean>> tries = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      int writer = i;
      tries.add(
          () -> {
            together.await();
            return write.by(writer).isPresent();
          });
    }
    List<Integer> winners = new ArrayList<>();
    List<Future<Boolean>> done = threads.invokeAll(tries);
    for (int i = 0; i < many; i++) {
      if (done.get(i).get()) {
        winners.add(i);
      }
    }
    return winners;
  }

  @Test
  void refusesAClientThatRemembersWhatWasThere() {
    fs.getConf().setBoolean("fs.gs.performance.cache.enable", true);
    assertThatThrownBy(() -> ObjectStores.of(fs))
        .isInstanceOf(BadSettingException.class)
        .hasMessage("fs.gs.performance.cache.enable must be off: what others write counts at once");
  }

  /** As of a task that fails behind what is held in memory. */
  @Test
  void whatIsGivenUpIsNotThere() throws Exception {
    ObjectOutput out = ObjectOutput.begin(fs, store, OBJECT);
    out.write(new byte[9 << 20]);
    out.discard();
    assertThat(fs.exists(OBJECT)).isFalse();
    try (ObjectOutput kept = ObjectOutput.create(fs, store, OBJECT)) {
      kept.write(new byte[9 << 20]);
    }
    assertThat(fs.getFileStatus(OBJECT).getLen()).isEqualTo(9 << 20);
  }
}
