package org.radllama.ingest.dedup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.radllama.dataset.Fingerprint;
import org.radllama.dataset.Similarity;
import org.radllama.dataset.Split;
import org.radllama.ingest.format.CsvReader;
import org.radllama.ingest.record.Outcome;
import org.radllama.ingest.split.OrderKey;
import org.radllama.run.Json;

/** All 3,419 OpenI findings against an all-pairs comparison that was made without this project. */
class NearDuplicatesOpenITest {
  private static final Path OPENI = Path.of(System.getProperty("radllama.openi", "none"));

  private static final List<Member> MEMBERS = new ArrayList<>();
  private static final List<String> TEXTS = new ArrayList<>();

  @BeforeAll
  static void read() throws IOException {
    Path csv = OPENI.resolve("openi_report_sections_all.csv");
    assumeTrue(
        Files.exists(csv),
        () -> "skipped: no OpenI reports at " + OPENI + " (system property radllama.openi)");
    Set<Integer> test = new HashSet<>();
    Json.mapper()
        .readTree(Files.readAllBytes(OPENI.resolve("openi_random_split.json")))
        .get("test")
        .forEach(id -> test.add(id.asInt()));
    try (CsvReader rows = new CsvReader(Files.newInputStream(csv), 1 << 20)) {
      rows.next();
      for (Outcome<List<String>> row = rows.next(); row != null; row = rows.next()) {
        int id = Integer.parseInt(row.value().get(0));
        String findings = row.value().get(1);
        MEMBERS.add(
            new Member(
                new OrderKey("openi", id, "openi/CXR" + id),
                test.contains(id) ? Split.TEST : Split.TRAIN,
                Fingerprint.of(findings)));
        TEXTS.add(findings);
      }
    }
    Searches.sort(MEMBERS, TEXTS);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0.7, 18646, 1751, 267, 301",
    "1, 0.8, 13274, 2153,  68, 239",
    "1, 0.9,  9638, 2452,  54, 198",
    "3, 0.7, 12057, 2325,  69, 206",
    "3, 0.8,  9518, 2498,  53, 178",
    "3, 0.9,  8661, 2601,  53, 160",
    "5, 0.7, 10492, 2436,  54, 186",
    "5, 0.8,  9334, 2538,  53, 170",
    "5, 0.9,  8653, 2602,  53, 160"
  })
  void findsWhatComparingAllPairsFinds(
      int shingleWords, double jaccard, long pairs, long kept, long largest, int leaks) {
    Similarity similarity = new Similarity(shingleWords, jaccard, 2000);
    Decisions decisions =
        Searches.decide(
            MEMBERS, TEXTS, new DedupPolicy(true, true, false, similarity, LeakagePolicy.MARK));
    Clustering found = decisions.clustering();
    assertThat(found.reports()).isEqualTo(3419);
    assertThat(found.texts())
        .isEqualTo(TEXTS.stream().map(NearDuplicatesOpenITest::words).distinct().count());
    assertThat(found.pairs()).hasValue(pairs);
    assertThat(found.clusters()).isEqualTo(kept);
    assertThat(found.largest()).isEqualTo(largest);
    assertThat(decisions.leaks()).hasSize(leaks);
    assertThat(decisions.leaks().stream().filter(Verdict.Leak::exact)).hasSize(158);
  }

  private static String words(String text) {
    return text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", " ").strip();
  }
}
