package org.radllama.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.radllama.store.ObjectOutput;

/** What is read of runs on an object store, and how single files are written there. */
class PublishedRunsTest {
  /** A store that nobody asked before. */
  private static final URI UNKNOWN = URI.create("mem://unknown");

  private static final String RUN = "mem://bucket/runs/one";
  private static final String ATTEMPT = "0f2b7a5e-0000-4000-8000-000000000001";

  private final MemoryStore.Bucket bucket = new MemoryStore.Bucket();
  private final MemoryStore fs = new MemoryStore(bucket, MemoryStore.Network.reliable());

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void publish() throws IOException {
    Path files = new Path(RUN, ATTEMPT);
    fs.write(new Path(files, "adapter/weights"), bytes("weights"));
    fs.write(new Path(files, "metrics.json"), bytes("{}"));
    fs.write(new Path(files, "adapter/foreign"), bytes("not listed"));
    Publication.Described described =
        new Publication(fs, files, Set.of("adapter/foreign"))
            .describe(Json.mapper().createObjectNode(), Json.mapper().createObjectNode());
    Marker marker = new Marker(ATTEMPT, described.manifestSha256(), described.bytes());
    fs.create(new Path(RUN, Marker.FILE), marker.body());
  }

  private String located(String path) throws IOException {
    return PublishedRuns.located(fs, new Path(path)).toString();
  }

  @Test
  void findsTheFilesOfARunByItsMarker() throws IOException {
    assertThat(PublishedRuns.files(fs, new Path(RUN))).isEmpty();
    publish();
    assertThat(PublishedRuns.files(fs, new Path(RUN))).contains(new Path(RUN, ATTEMPT));
    for (String inside : List.of("", "/adapter", "/jsonl/train.jsonl", "/a/b/c")) {
      assertThat(located(RUN + inside)).isEqualTo(RUN + "/" + ATTEMPT + inside);
      assertThat(located(RUN + "/" + ATTEMPT + inside)).isEqualTo(RUN + "/" + ATTEMPT + inside);
    }
    assertThat(located("mem://bucket/runs")).isEqualTo("mem://bucket/runs");
    assertThat(located("mem://bucket/models/llama")).isEqualTo("mem://bucket/models/llama");
    // Copied there by hand from elsewhere.
    fs.write(new Path("mem://bucket/copied/_SUCCESS"), new byte[0]);
    assertThat(PublishedRuns.files(fs, new Path("mem://bucket/copied")))
        .contains(new Path("mem://bucket/copied"));
  }

  @Test
  void leavesOtherArgumentsAlone() {
    String[] given = {
      "--out", "hdfs://h/runs", "a=b", "--set", "http://x/y", "--flag", "file:///x"
    };
    assertThat(PublishedRuns.located(given)).isEqualTo(given);
  }

  @Test
  void takesWhatTheManifestListsAndMissesNothing() throws IOException {
    publish();
    Path run = new Path(RUN, ATTEMPT);
    assertThat(PublishedRuns.deciding(fs, new Path(run, "adapter")).orElseThrow())
        .containsExactly(new Digests.Entry("weights", 7, Digests.sha256("weights")));
    assertThat(PublishedRuns.deciding(fs, run).orElseThrow())
        .extracting(Digests.Entry::path)
        .containsExactly("_SUCCESS", "adapter/weights", "manifest.json", "metrics.json");
    assertThat(PublishedRuns.deciding(fs, new Path("mem://bucket/models/llama"))).isEmpty();
    fs.write(new Path(run, "adapter/weights"), bytes("changed"));
    assertThatThrownBy(() -> PublishedRuns.deciding(fs, run))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("adapter/weights of the run /runs/one is missing, or not as");
    fs.remove(new Path(run, "adapter/weights"));
    assertThatThrownBy(() -> PublishedRuns.deciding(fs, run)).isInstanceOf(JobFailure.class);
  }

  @Test
  void refusesAStoreThatIgnoresConditions() throws IOException {
    for (boolean creates : new boolean[] {true, false}) {
      MemoryStore ignoring =
          new MemoryStore(new MemoryStore.Bucket(), MemoryStore.Network.reliable()) {
            @Override
            public URI getUri() {
              return UNKNOWN;
            }

            @Override
            public Optional<String> create(Path path, byte[] body) throws IOException {
              if (creates) {
                return super.create(path, body);
              }
              write(path, body);
              return Optional.of("tag");
            }

            @Override
            public Optional<String> replace(Path path, byte[] body, String tag) throws IOException {
              write(path, body);
              return Optional.of("tag");
            }
          };
      assertThatThrownBy(() -> Probe.require(ignoring, ignoring, new Path("mem://bucket/runs")))
          .isInstanceOfSatisfying(
              JobFailure.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE))
          .hasMessageContaining(creates ? "does not keep If-Match" : "If-None-Match");
    }
    MemoryStore losing =
        new MemoryStore(new MemoryStore.Bucket(), MemoryStore.Network.reliable()) {
          @Override
          public URI getUri() {
            return UNKNOWN;
          }

          @Override
          public Optional<String> create(Path path, byte[] body) throws IOException {
            super.create(path, body);
            return Optional.empty();
          }

          @Override
          public Optional<String> replace(Path path, byte[] body, String tag) throws IOException {
            super.replace(path, body, tag);
            return Optional.empty();
          }
        };
    // Each reply is lost, and the client's second try refused.
    Probe.require(losing, losing, new Path("mem://bucket/runs"));
    assertThat(bucket.objects()).isEmpty();
  }

  @Test
  void filesAreThereWholeOrNotAtAll() throws IOException {
    Path path = new Path("mem://bucket/file");
    try (ObjectOutput cut = ObjectOutput.begin(fs, fs, path)) {
      cut.write(bytes("cut o"));
    }
    assertThat(bucket.objects()).isEmpty();
    try (ObjectOutput whole = ObjectOutput.begin(fs, fs, path)) {
      whole.write(bytes("whole"));
      whole.finish();
      assertThat(whole.written()).isEqualTo(5);
      assertThatThrownBy(() -> whole.write(1)).isInstanceOf(IOException.class);
    }
    assertThat(bucket.objects().get("file")).isEqualTo(bytes("whole"));
    try (OutputStream growing = GrowingFile.create(fs, path, Duration.ZERO)) {
      growing.write(bytes("one\n"));
      growing.flush();
      assertThat(bucket.objects().get("file")).isEqualTo(bytes("one\n"));
      growing.write(bytes("two\n"));
    }
    assertThat(bucket.objects().get("file")).isEqualTo(bytes("one\ntwo\n"));
    TextFiles.replace(fs, path, new Path("mem://bucket/next"), "text");
    assertThat(new TreeMap<>(bucket.objects())).containsOnlyKeys("file");
  }
}
