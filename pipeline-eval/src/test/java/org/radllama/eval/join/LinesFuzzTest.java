package org.radllama.eval.join;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.failure.BadInputException;
import org.radllama.fuzz.Fuzz;

/**
 * Files of predictions and scores with bytes changed at random: each is read, or refused by an
 * exception that names it and quotes nothing. {@code -Dradllama.fuzz.seconds=60} goes on for so
 * long with each form.
 */
class LinesFuzzTest {
  private static final Configuration HADOOP = new Configuration();
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

  private static final Fuzz FUZZ =
      new Fuzz(300, Set.of(BadInputException.class), SECRET, Fuzz.texts(WORDS));

  @TempDir Path folder;

  private interface Reader {
    void read(String path) throws IOException;
  }

  private void fuzz(String name, byte[] seedBytes, Reader reader) throws IOException {
    Path file = folder.resolve(name);
    Fuzz.Reader counted =
        () -> {
          reader.read(file.toString());
          return 1;
        };
    assertThat(FUZZ.run(file, seedBytes, counted))
        .as("files that were read all the same")
        .isPositive();
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
