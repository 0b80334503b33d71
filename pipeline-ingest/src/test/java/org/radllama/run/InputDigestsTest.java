package org.radllama.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputDigestsTest {
  @TempDir Path dir;

  /** Counts how often a file is opened. */
  private static final class Counting extends RawLocalFileSystem {
    private static final URI ROOT = URI.create("counting:///");

    private int opened;

    @Override
    public URI getUri() {
      return ROOT;
    }

    @Override
    public String getScheme() {
      return ROOT.getScheme();
    }

    @Override
    public FSDataInputStream open(org.apache.hadoop.fs.Path path, int buffer) throws IOException {
      opened++;
      return super.open(path, buffer);
    }
  }

  @Test
  void readsALargeFileOnceUnlessItChanges() throws Exception {
    Path file = Files.write(dir.resolve("large"), new byte[1 << 20]);
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path("counting:" + file);
    try (Counting fs = new Counting()) {
      fs.initialize(Counting.ROOT, new Configuration());
      String zeros = InputDigests.sha256(fs, path);
      assertThat(zeros).isEqualTo(Digests.sha256(new byte[1 << 20]));
      assertThat(InputDigests.sha256(fs, path)).isEqualTo(zeros);
      assertThat(fs.opened).isEqualTo(1);
      Files.write(file, new byte[(1 << 20) + 1]);
      assertThat(InputDigests.sha256(fs, path)).isNotEqualTo(zeros);
      assertThat(fs.opened).isEqualTo(2);
    }
  }

  /** A folder of many files by tasks, with a broken link and a folder that leads to itself. */
  @Test
  void manyFilesHaveTheSameDigestsInTasksAsHere() throws Exception {
    for (int i = 0; i < 5001; i++) {
      Files.writeString(dir.resolve("f" + i), "text " + i);
    }
    Files.createSymbolicLink(dir.resolve("broken"), dir.resolve("nothing"));
    FileSystem fs = FileSystem.getLocal(new Configuration());
    org.apache.hadoop.fs.Path root = new org.apache.hadoop.fs.Path(dir.toUri());
    SparkSession spark =
        SparkSession.builder().master("local[2]").config("spark.ui.enabled", "false").getOrCreate();
    try {
      List<Integer> asked = new ArrayList<>();
      List<Digests.Entry> inTasks =
          Digests.listing(
              fs,
              root,
              true,
              Optional.of(
                  () -> {
                    asked.add(1);
                    return spark;
                  }));
      assertThat(asked).hasSize(1);
      assertThat(inTasks).hasSize(5002);
      assertThat(inTasks).isEqualTo(Digests.listing(fs, root, true, Optional.empty()));
      assertThat(inTasks.get(0)).isEqualTo(new Digests.Entry("broken", 0, "unreadable"));
      assertThatThrownBy(() -> Digests.listing(fs, root, false, Optional.of(() -> spark)))
          .isInstanceOfSatisfying(
              JobFailure.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.INPUT));
      List<InputDigests.Read> read =
          InputDigests.inTasks(
              List.of(new InputDigests.Unread("gone", dir.resolve("gone").toString(), 7)),
              () -> spark);
      assertThat(read.get(0).entry(true, null))
          .isEqualTo(new Digests.Entry("gone", 7, "unreadable"));
      assertThatThrownBy(() -> read.get(0).entry(false, null))
          .hasMessageContaining("cannot read " + dir.resolve("gone"));
    } finally {
      spark.stop();
    }
  }
}
