package org.radllama.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.Tuple2;

class JobContextTest {
  private static final String WORD = "quokkaquokka";

  @TempDir Path folder;
  private Properties before;

  @BeforeEach
  void give() {
    before = (Properties) System.getProperties().clone();
    System.setProperty("spark.master", "local[1]");
    System.setProperty("spark.ui.enabled", "false");
    System.setProperty("spark.local.dir", folder.toString());
    System.setProperty("spark.shuffle.compress", "false");
  }

  @AfterEach
  void takeBack() {
    System.setProperties(before);
  }

  /** Whether the word is in what a shuffle leaves on the disk. */
  private boolean shuffledIsReadable() throws IOException {
    Settings settings = Settings.load("ingest", Optional.empty(), List.of(), Map.of());
    JobContext context = new JobContext("ingest", settings, Console.system());
    try {
      JavaSparkContext spark = JavaSparkContext.fromSparkContext(context.spark().sparkContext());
      long groups =
          spark
              .parallelize(IntStream.range(0, 500).boxed().toList(), 3)
              .mapToPair(i -> new Tuple2<>(i % 7, WORD + i))
              .groupByKey()
              .count();
      assertThat(groups).isEqualTo(7);
      try (Stream<Path> all = Files.walk(folder)) {
        List<Path> shuffled =
            all.filter(file -> file.getFileName().toString().matches("shuffle_.*[.]data")).toList();
        assertThat(shuffled).isNotEmpty();
        boolean readable = false;
        for (Path file : shuffled) {
          readable |= Files.readString(file, StandardCharsets.ISO_8859_1).contains(WORD);
        }
        return readable;
      }
    } finally {
      context.stop();
    }
  }

  @Test
  void whatIsShuffledOnThisMachineIsEncryptedUnlessSomebodySaysOtherwise() throws IOException {
    assertThat(shuffledIsReadable()).isFalse();
    System.setProperty("spark.io.encryption.enabled", "false");
    assertThat(shuffledIsReadable()).isTrue();
  }
}
