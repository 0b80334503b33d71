package org.radllama.eval.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.run.JobFailure;
import org.radllama.run.PartFiles;
import org.radllama.run.PartFiles.Part;

class LinePiecesTest {
  @TempDir Path dir;
  private PartFiles files;

  @BeforeEach
  void open() throws Exception {
    files = new PartFiles(new org.apache.hadoop.fs.Path(dir.toUri()), new Configuration());
  }

  @Test
  void mergesPiecesById() throws Exception {
    List<Part> pieces = List.of(piece(0, "a", "d", "e"), piece(1, "b", "c"), piece(2));
    LinePieces.merge(files, pieces, "all.jsonl");
    assertThat(dir.resolve("all.jsonl")).hasContent("a1\na2\nb1\nb2\nc1\nc2\nd1\nd2\ne1\ne2\n");
  }

  /** Wherever a piece ends early, no line is lost in silence. */
  @Test
  void refusesAPieceThatWasCut() throws Exception {
    Part piece = piece(0, "a", "b", "c", "d", "e", "f", "g", "h", "i", "j");
    Path file = dir.resolve(piece.name());
    byte[] whole = Files.readAllBytes(file);
    assertThat(whole).hasSize((int) piece.bytes());
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> files.check(List.of(piece.name()), List.of(piece)))
          .isInstanceOf(JobFailure.class)
          .hasMessageContaining("its task wrote " + whole.length);
      assertThatThrownBy(() -> LinePieces.merge(files, List.of(piece), "all.jsonl"))
          .isInstanceOf(JobFailure.class)
          .hasMessageContaining("its task wrote 10");
    }
  }

  private Part piece(int partition, String... ids) throws Exception {
    LinePieces.Writer writer =
        new LinePieces.Writer(files.begin(LinePieces.piece("x", partition), partition));
    try (writer) {
      for (String id : ids) {
        writer.write(id, "%1$s1\n%1$s2\n".formatted(id).getBytes(StandardCharsets.UTF_8));
      }
    }
    return writer.settle();
  }
}
