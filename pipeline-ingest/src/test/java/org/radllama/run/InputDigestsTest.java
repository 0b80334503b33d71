package org.radllama.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputDigestsTest {
  @TempDir Path dir;

  @Test
  void readsALargeFileOnceUnlessItChanges() throws Exception {
    Path file = Files.write(dir.resolve("large"), new byte[1 << 20]);
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path("hooked:" + file);
    FileSystem fs = path.getFileSystem(HookedFileSystem.configuration());
    String zeros = InputDigests.sha256(fs, path);
    assertThat(zeros).isEqualTo(Digests.sha256(new byte[1 << 20]));
    assertThat(InputDigests.sha256(fs, path)).isEqualTo(zeros);
    assertThat(HookedFileSystem.opened("large")).isEqualTo(1);
    Files.write(file, new byte[(1 << 20) + 1]);
    assertThat(InputDigests.sha256(fs, path)).isNotEqualTo(zeros);
    assertThat(HookedFileSystem.opened("large")).isEqualTo(2);
  }

  @Test
  void noticesAChangeThatLeavesLengthAndTimeAsTheyWere() throws Exception {
    Path file = Files.write(dir.resolve("large"), new byte[1 << 20]);
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(file.toUri());
    FileSystem fs = FileSystem.getLocal(new Configuration());
    FileTime time = Files.getLastModifiedTime(file);
    String zeros = InputDigests.sha256(fs, path);
    byte[] other = new byte[1 << 20];
    other[7] = 1;
    Files.write(file, other);
    Files.setLastModifiedTime(file, time);
    assertThat(InputDigests.sha256(fs, path)).isEqualTo(Digests.sha256(other));
    Path moved = Files.write(dir.resolve("moved"), new byte[1 << 20]);
    Files.setLastModifiedTime(moved, time);
    Files.move(moved, file, StandardCopyOption.REPLACE_EXISTING);
    assertThat(InputDigests.sha256(fs, path)).isEqualTo(zeros);
  }

  /** A task that does not find what the driver does stands for an executor on another host. */
  @Test
  void saysThatExecutorsDoNotSeeWhatTheDriverDoes() throws Exception {
    Path file = Files.writeString(dir.resolve("here"), "text");
    String path = "hooked:" + file;
    SparkSession spark = spark();
    try {
      HookedFileSystem.configuration()
          .forEach(
              entry ->
                  spark.sparkContext().hadoopConfiguration().set(entry.getKey(), entry.getValue()));
      HookedFileSystem.before(
          "open",
          "here",
          () -> {
            throw new FileNotFoundException("here");
          });
      assertThatThrownBy(
              () ->
                  InputDigests.inTasks(
                      List.of(new InputDigests.Unread("here", path, 4)), () -> spark))
          .isInstanceOfSatisfying(
              JobFailure.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.INPUT))
          .hasMessageContaining("executors do not see " + file);
    } finally {
      spark.stop();
    }
  }

  private static SparkSession spark() {
    return SparkSession.builder()
        .master("local[2]")
        .config("spark.ui.enabled", "false")
        .getOrCreate();
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
    SparkSession spark = spark();
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
