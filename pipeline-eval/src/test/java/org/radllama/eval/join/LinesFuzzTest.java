package org.radllama.eval.join;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.failure.BadInputException;

/**
 * Files of predictions and scores with bytes changed at random: each is read, or refused by an
 * exception that names it and quotes nothing. {@code -Dradllama.fuzz.seconds=60} goes on for so
 * long with each form.
 */
class LinesFuzzTest {
  private static final Configuration HADOOP = new Configuration();
  private static final int CASES = 300;
  private static final String SECRET = "quokkawombat";
  private static final List<String> WORDS =
      List.of(
          "\"",
          "\n",
          "{",
          "}",
          "[",
          "]",
          "\\",
          ",",
          "\0",
          "\u00ff",
          "\ufeff",
          "null",
          "1e999",
          "\\ud800",
          "NaN",
          "99999999999999999999",
          "{\"id\":",
          "id,prediction\n");

  @TempDir Path folder;

  private interface Reader {
    void read(String path) throws IOException;
  }

  private void fuzz(String name, byte[] seedBytes, Reader reader) throws IOException {
    Path file = folder.resolve(name);
    Files.write(file, seedBytes);
    reader.read(file.toString());
    long end =
        System.nanoTime() + TimeUnit.SECONDS.toNanos(Long.getLong("radllama.fuzz.seconds", 0));
    int read = 0;
    for (long seed = 0; seed < CASES || System.nanoTime() < end; seed++) {
      byte[] bytes = changed(seedBytes, new Random(seed));
      Files.write(file, bytes);
      try {
        reader.read(file.toString());
        read++;
      } catch (BadInputException e) {
        assertThat(e.getMessage()).as("seed %d", seed).isNotBlank().doesNotContain(SECRET);
      } catch (IOException | RuntimeException | OutOfMemoryError | StackOverflowError e) {
        throw new AssertionError("seed " + seed + ", " + bytes.length + " bytes", e);
      }
    }
    assertThat(read).as("files that were read all the same").isPositive();
  }

  private static byte[] changed(byte[] seedBytes, Random random) {
    byte[] bytes = seedBytes.clone();
    for (int i = 1 + random.nextInt(3); i > 0 && bytes.length > 8; i--) {
      int at = random.nextInt(bytes.length - 7);
      int to = at + random.nextInt(bytes.length - at);
      byte[] word = WORDS.get(random.nextInt(WORDS.size())).getBytes(StandardCharsets.UTF_8);
      bytes =
          switch (random.nextInt(5)) {
            case 0 -> spliced(bytes, at, at + 1, new byte[] {(byte) random.nextInt(256)});
            case 1 -> Arrays.copyOf(bytes, at);
            case 2 -> spliced(bytes, at, to, new byte[0]);
            case 3 -> spliced(bytes, at, at, word);
            default -> spliced(bytes, at, at, Arrays.copyOfRange(bytes, at, to));
          };
    }
    return bytes;
  }

  private static byte[] spliced(byte[] bytes, int from, int to, byte[] middle) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(bytes, 0, from);
    out.writeBytes(middle);
    out.write(bytes, to, bytes.length - to);
    return out.toByteArray();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }

  private static void predictions(String path) throws IOException {
    InputFile.predictions(HADOOP, "--predictions a", path).systems(HADOOP);
    PredictionLines.read(
        HADOOP, "--predictions a", path, (id, system, prediction) -> assertThat(id).isNotNull());
  }

  private static void scores(String path) throws IOException {
    InputFile.scores(HADOOP, "--scores a", path).read(HADOOP, (line, row) -> {});
  }

  @Test
  void predictionsInEveryForm() throws IOException {
    String line =
        "{\"id\":\"r%d\",\"system\":\"a\",\"prediction\":\"No \\u00e9 "
            + SECRET
            + ".\",\"reference\":[\"None "
            + SECRET
            + ".\"],\"split\":\"test\"}";
    StringBuilder lines = new StringBuilder();
    StringBuilder rows = new StringBuilder("id,prediction,reference\n");
    for (int i = 0; i < 4; i++) {
      lines.append(line.replace("%d", "" + i)).append('\n');
      rows.append("r").append(i).append(",\"No ").append(SECRET).append(".\",\"None\n.\"\n");
    }
    String array = "[" + lines.toString().strip().replace("\n", ",\n") + "]";
    fuzz("a.jsonl", utf8(lines.toString()), LinesFuzzTest::predictions);
    fuzz("a.json", utf8(array), LinesFuzzTest::predictions);
    fuzz("a.csv", utf8(rows.toString()), LinesFuzzTest::predictions);
    fuzz("a.jsonl.gz", gzip(utf8(lines.toString())), LinesFuzzTest::predictions);
    fuzz("b.json", gzip(utf8(array)), LinesFuzzTest::predictions);
  }

  @Test
  void scoresInEveryForm() throws IOException {
    String rows = "id,f1,\"bert\"\nr1,0.5,\nr2," + "1,0.25\n\"r,3\",0,1e-3\n";
    String lines =
        "{\"id\":\"r1\",\"f1\":0.5,\"note\":\""
            + SECRET
            + "\"}\n{\"id\":2,\"f1\":1}\n{\"id\":\"r3\"}\n";
    fuzz("a.csv", utf8(rows), LinesFuzzTest::scores);
    fuzz("a.jsonl", utf8(lines), LinesFuzzTest::scores);
    fuzz("a.csv.gz", gzip(utf8(rows)), LinesFuzzTest::scores);
  }
}
