package org.radllama.ingest.dedup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.radllama.dataset.Fingerprint;
import org.radllama.dataset.MinHashBands;
import org.radllama.dataset.NormalizedFindings;
import org.radllama.dataset.Similarity;
import org.radllama.dataset.Sketch;
import org.radllama.dataset.Split;
import org.radllama.ingest.split.OrderKey;
import org.radllama.ingest.synthetic.ReportGenerator;

class NearSearchTest {
  private static final Similarity SIMILARITY = new Similarity(3, 0.7, 2000);

  private static DedupPolicy policy(LeakagePolicy leakage) {
    return new DedupPolicy(true, true, false, SIMILARITY, leakage);
  }

  @ParameterizedTest
  @CsvSource({"0.1", "0.3", "0.5", "0.7", "0.8", "0.9", "0.95", "1"})
  void choosesBandsThatMissLessThanOnePairInAMillion(double jaccard) {
    MinHashBands bands = MinHashBands.of(jaccard);
    assertThat(bands.miss(jaccard)).isLessThan(1e-6);
    assertThat(bands.bands() * bands.rows()).isLessThanOrEqualTo(256);
  }

  /** The rate at which bands of drawn sets agree is the one that the chance to miss is made of. */
  @Test
  void agreesInABandAsOftenAsTheTheorySays() {
    Random random = new Random(5);
    MinHashBands bands = MinHashBands.of(0.7);
    long agreed = 0;
    int rounds = 4000;
    for (int round = 0; round < rounds; round++) {
      // 21 of 30 shingles in common: J = 0.7.
      long[] common = random.longs(21).toArray();
      int[] a = bands.keys(with(common, random.longs(4).toArray()));
      int[] b = bands.keys(with(common, random.longs(5).toArray()));
      for (int i = 0; i < a.length; i++) {
        agreed += a[i] == b[i] ? 1 : 0;
      }
    }
    double expected = Math.pow(0.7, bands.rows());
    double deviation = Math.sqrt(expected * (1 - expected) / rounds / bands.bands());
    assertThat(agreed / (double) rounds / bands.bands())
        .isBetween(expected - 6 * deviation, expected + 6 * deviation);
  }

  private static long[] with(long[] some, long[] more) {
    long[] all = new long[some.length + more.length];
    System.arraycopy(some, 0, all, 0, some.length);
    System.arraycopy(more, 0, all, some.length, more.length);
    Arrays.sort(all);
    return all;
  }

  /**
   * 30,000 synthetic findings, of which each tenth is another with words changed, on Spark. What is
   * planted is found; what is found is near; whatever the partitions and the order of input.
   */
  @Test
  void findsWhatWasPlanted() {
    List<String> texts = new ArrayList<>();
    Random random = new Random(11);
    List<int[]> planted = new ArrayList<>();
    ReportGenerator generator = new ReportGenerator(3);
    for (int i = 0; i < 30_000; i++) {
      if (i % 10 == 9) {
        int of = random.nextInt(i);
        texts.add(altered(texts.get(of), random));
        planted.add(new int[] {of, i});
      } else {
        texts.add(generator.report(i).findings());
      }
    }
    List<Set<String>> shingles =
        texts.stream().map(t -> BruteForce.shingles(NormalizedFindings.of(t), 3)).toList();
    planted.removeIf(pair -> jaccard(shingles, pair[0], pair[1]) < 0.7);
    assertThat(planted).hasSizeGreaterThan(1500);

    Map<String, Verdict> verdicts = decide(texts, 1, false);
    assertThat(decide(texts, 5, true)).isEqualTo(verdicts);
    long found = planted.stream().filter(p -> together(verdicts, p)).count();
    assertThat(found / (double) planted.size()).isGreaterThanOrEqualTo(0.99);
    verdicts.forEach((id, verdict) -> isSound(id, verdict, verdicts, shingles));
  }

  private static String altered(String text, Random random) {
    List<String> words = new ArrayList<>(List.of(text.split(" ")));
    for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
      words.set(random.nextInt(words.size()), "word" + random.nextInt(1000));
    }
    return String.join(" ", words);
  }

  private static double jaccard(List<Set<String>> shingles, int a, int b) {
    Set<String> common = new HashSet<>(shingles.get(a));
    common.retainAll(shingles.get(b));
    return common.size()
        / (double) (shingles.get(a).size() + shingles.get(b).size() - common.size());
  }

  private static String cluster(int report, Map<String, Verdict> verdicts) {
    Verdict verdict = verdicts.get("s/" + report);
    return verdict instanceof Verdict.Duplicate duplicate ? duplicate.survivor() : "s/" + report;
  }

  private static boolean together(Map<String, Verdict> verdicts, int[] pair) {
    return cluster(pair[0], verdicts).equals(cluster(pair[1], verdicts));
  }

  /** The survivor stays, and the similarity told is the true one. */
  private static void isSound(
      String id, Verdict verdict, Map<String, Verdict> verdicts, List<Set<String>> shingles) {
    if (verdict instanceof Verdict.Duplicate duplicate) {
      assertThat(verdicts.get(duplicate.survivor())).isEqualTo(Verdict.Kept.KEPT);
      int a = Integer.parseInt(id.substring(2));
      int b = Integer.parseInt(duplicate.survivor().substring(2));
      assertThat(duplicate.jaccard()).isEqualTo(jaccard(shingles, a, b));
    }
  }

  private static Map<String, Verdict> decide(List<String> texts, int parallelism, boolean shuffle) {
    Sketch.Maker maker = new Sketch.Maker(SIMILARITY);
    List<Sketch> sketches = new ArrayList<>();
    List<Member> members = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      Sketch sketch = maker.of(texts.get(i));
      sketches.add(sketch);
      members.add(
          new Member(new OrderKey("s", OrderKey.UNLISTED, "s/" + i), Split.TRAIN, sketch.text()));
    }
    if (shuffle) {
      Collections.shuffle(sketches, new Random(1));
    }
    members.sort(Comparator.comparing(Member::order));
    TextTable table = TextTable.of(members, sketches, policy(LeakagePolicy.MARK));
    NearPairs found;
    try (JavaSparkContext spark = spark(parallelism)) {
      found = NearSearch.run(spark, table);
    }
    Decisions decisions = new Decisions(members, table, found, policy(LeakagePolicy.MARK));
    Map<String, Verdict> verdicts = new HashMap<>();
    for (int m = 0; m < members.size(); m++) {
      verdicts.put(members.get(m).order().id(), decisions.verdicts().get(m));
    }
    return verdicts;
  }

  private static JavaSparkContext spark(int parallelism) {
    SparkSession session =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.default.parallelism", parallelism)
            .getOrCreate();
    return JavaSparkContext.fromSparkContext(session.sparkContext());
  }

  /** Equal texts are one: a hundred thousand copies are compared with nothing. */
  @Test
  void doesNotCompareCopies() {
    Fingerprint text = Fingerprint.of("the lungs are clear");
    List<Member> members = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      members.add(new Member(new OrderKey("s", i, "s/" + i), Split.TRAIN, text));
    }
    Sketch sketch = new Sketch.Maker(SIMILARITY).of("the lungs are clear");
    TextTable table = TextTable.of(members, List.of(sketch), policy(LeakagePolicy.REMOVE));
    NearPairs found = Searches.search(table);
    assertThat(found.compared()).isZero();
    Decisions decisions = new Decisions(members, table, found, policy(LeakagePolicy.REMOVE));
    assertThat(decisions.clustering().pairs()).hasValue(100_000L * 99_999 / 2);
    assertThat(decisions.verdicts().stream().filter(Verdict.Kept.KEPT::equals)).hasSize(1);
  }

  /**
   * Many normals that differ in a few words, more pairs of them than may be compared: the work
   * stays within its bound, the cluster is found whole, and every held-out report is seen to leak.
   */
  @Test
  void boundsWhatNearlyEqualTextsCost() {
    Similarity similarity = new Similarity(3, 0.7, 100);
    int n = 20_000;
    String normal =
        "frontal and lateral views of the chest were obtained and show that %d the lungs are clear"
            + " without effusion or pneumothorax and the heart is normal in size and contour %d";
    List<Member> members = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      String text = normal.formatted(i, i + 7);
      Split split = i % 100 == 0 ? Split.TEST : Split.TRAIN;
      members.add(new Member(new OrderKey("s", i, "s/" + i), split, Fingerprint.of(text)));
      texts.add(text);
    }
    DedupPolicy policy = new DedupPolicy(true, true, false, similarity, LeakagePolicy.REMOVE);
    TextTable table = Searches.table(members, texts, policy);
    NearPairs found = Searches.search(table);
    long bounded =
        (long) table.bands() * n * (BandSearch.LEADERS + BandSearch.WINDOW + BandSearch.LEADERS);
    assertThat(found.verified()).isLessThan(100L * n + bounded);
    Decisions decisions = new Decisions(members, table, found, policy);
    assertThat(decisions.clustering().pairs()).isEmpty();
    assertThat(decisions.clustering().clusters()).isEqualTo(1);
    assertThat(decisions.leaks()).hasSize(n / 100);
    assertThat(decisions.verdicts().stream().filter(Verdict.Kept.KEPT::equals)).hasSize(n / 100);
  }
}
