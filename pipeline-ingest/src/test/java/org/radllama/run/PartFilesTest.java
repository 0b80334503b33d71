package org.radllama.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.run.PartFiles.Part;

class PartFilesTest {
  private static final String FIRST = PartFiles.PIECES + "/lines-0";
  private static final String SECOND = PartFiles.PIECES + "/lines-1";

  @TempDir Path dir;
  private PartFiles files;

  @BeforeEach
  void open() throws Exception {
    files = new PartFiles(new org.apache.hadoop.fs.Path(dir.toUri()), new Configuration());
  }

  @Test
  void givesWholeFilesTheirNamesAndAppendsThem() throws Exception {
    List<Part> parts = List.of(write(FIRST, 7, "a\nb\n"), write(SECOND, 8, "c\n"));
    assertThat(parts).containsExactly(new Part(FIRST, 2, 4), new Part(SECOND, 1, 2));
    files.check(List.of(FIRST, SECOND), parts);
    files.concatenate(parts, "all.jsonl");
    assertThat(dir.resolve("all.jsonl")).hasContent("a\nb\nc\n");
    files.clear();
    try (var left = Files.list(dir)) {
      assertThat(left).containsExactly(dir.resolve("all.jsonl"));
    }
  }

  /** What an attempt that died left behind is not in the way, and a later attempt replaces. */
  @Test
  void laterAttemptsReplaceEarlierOnes() throws Exception {
    try (OutputStream out = files.begin(FIRST, 1).open()) {
      out.write('x');
    }
    assertThat(dir.resolve(FIRST)).doesNotExist();
    write(FIRST, 2, "a\n");
    Part last = write(FIRST, 3, "a\n");
    files.check(List.of(FIRST), List.of(last));
    assertThat(dir.resolve(FIRST)).hasContent("a\n");
  }

  @Test
  void refusesLostUnknownAndDoubledParts() throws Exception {
    Part first = write(FIRST, 1, "a\n");
    Part second = write(SECOND, 2, "b\n");
    List<String> names = List.of(FIRST, SECOND);
    fails(() -> files.check(names, List.of(first)), "not written by one task each: " + SECOND);
    fails(() -> files.check(names, List.of(first, second, first)), "one task each: " + FIRST);
    fails(() -> files.check(List.of(FIRST), List.of(first, second)), "one task each: " + SECOND);
    Files.delete(dir.resolve(SECOND));
    fails(() -> files.check(names, List.of(first, second)), "has -1 bytes, its task wrote 2");
  }

  @Test
  void refusesAPartThatWasCutOrReplaced() throws Exception {
    Part part = write(FIRST, 1, "a\nb\nc\n");
    Files.writeString(dir.resolve(FIRST), "a\nb");
    fails(() -> files.check(List.of(FIRST), List.of(part)), "has 3 bytes, its task wrote 6");
    Files.writeString(dir.resolve(FIRST), "a\nbbbb");
    files.check(List.of(FIRST), List.of(part));
    fails(() -> files.concatenate(List.of(part), "all.jsonl"), "has 1 records, its task wrote 3");
  }

  private Part write(String name, long attempt, String lines) throws Exception {
    PartFiles.Attempt begun = files.begin(name, attempt);
    try (OutputStream out = begun.open()) {
      out.write(lines.getBytes(StandardCharsets.UTF_8));
    }
    return begun.settle(lines.lines().count());
  }

  private static void fails(ThrowingCallable body, String message) {
    assertThatThrownBy(body)
        .isInstanceOfSatisfying(
            JobFailure.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DEFECT))
        .hasMessageContaining(message);
  }
}
