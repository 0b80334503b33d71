package org.radllama.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.radllama.text.Format.format;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.run.Json;

/** The real OpenI reports, against the counts measured on them and the published split. */
class IngestOpenITest extends IngestTestBase {
  private static final Path OPENI = Path.of(System.getProperty("radllama.openi", "none"));
  private static final Path PRESET =
      Path.of(System.getProperty("radllama.root", "."), "conf/ingest-published-splits.conf");

  @TempDir Path out;

  @BeforeEach
  void needsOpenI() {
    assumeTrue(
        Files.exists(OPENI.resolve("indiana_reports.csv")),
        () -> "skipped: no OpenI reports at " + OPENI + " (system property radllama.openi)");
  }

  @Test
  void countsKagglesReportsByWhatTheyHave() throws Exception {
    ingest(
        2,
        "--config",
        PRESET.toString(),
        "--openi-csv",
        OPENI.resolve("indiana_reports.csv").toString(),
        "--out",
        out.toString(),
        "--run-id",
        "kaggle");
    JsonNode counts = counts(out.resolve("kaggle"));
    assertThat(counts.get("read").asInt()).isEqualTo(3851);
    assertThat(counts.get("train").asInt() + counts.get("test").asInt()).isEqualTo(3331);
    assertThat(counts.get("rejected"))
        .isEqualTo(
            Json.mapper().readTree("{\"no_findings\":489,\"no_impression\":6,\"neither\":25}"));
    Map<String, Row> oracle = sparksOwnReading();
    List<JsonNode> all = new ArrayList<>(lines(out.resolve("kaggle/jsonl/train.jsonl")));
    all.addAll(lines(out.resolve("kaggle/jsonl/test.jsonl")));
    assertThat(all.stream().filter(e -> !same(e, oracle.get(e.get("id").asText()))).count())
        .isZero();
  }

  @Test
  void keepsThePublishedSplitAndItsOrderAndMarksItsLeakage() throws Exception {
    ingest(
        2,
        "--config",
        PRESET.toString(),
        "--openi-csv",
        OPENI.resolve("openi_report_sections_all.csv").toString(),
        "--split-file",
        "openi=" + OPENI.resolve("openi_random_split.json"),
        "--out",
        out.toString(),
        "--run-id",
        "published");
    Path run = out.resolve("published");
    JsonNode split =
        Json.mapper().readTree(Files.readAllBytes(OPENI.resolve("openi_random_split.json")));
    assertThat(ids(run.resolve("jsonl/train.jsonl"))).hasSize(2843).isEqualTo(cxr(split, "train"));
    assertThat(ids(run.resolve("jsonl/test.jsonl"))).hasSize(576).isEqualTo(cxr(split, "test"));
    Map<String, String> leaked = new HashMap<>();
    for (JsonNode leak : lines(run.resolve("leakage.jsonl"))) {
      assertThat(leak.get("jaccard").asDouble()).isBetween(0.7, 1.0);
      leaked.put(leak.get("held_out_id").asText(), leak.get("kind").asText());
    }
    assertThat(leaked).hasSize(206);
    assertThat(leaked.values().stream().filter("exact"::equals)).hasSize(158);
    assertThat(run.resolve("duplicates.jsonl")).isEmptyFile();
    JsonNode manifest = Json.mapper().readTree(run.resolve("manifest.json").toFile());
    JsonNode near = manifest.get("near_duplicates");
    assertThat(near.get("pairs").asInt()).isEqualTo(12057);
    // As an all-pairs comparison by another program finds them.
    assertThat(near.get("contradictions_kept").asInt()).isEqualTo(1161);
    assertThat(near.get("kept").asInt()).isEqualTo(2404);
    assertThat(near.get("largest_group").asInt()).isEqualTo(59);
    assertThat(near.get("exhaustive").asBoolean()).isTrue();
    assertThat(manifest.get("leakage").get("test").asInt()).isEqualTo(206);
    assertThat(manifest.get("leakage").get("exact").get("test").asInt()).isEqualTo(158);
    assertThat(SparkSession.active().read().parquet(run.resolve("parquet").toString()).count())
        .isEqualTo(3419);
  }

  /** Each report of the published splits stays; what has an image gets its background. */
  @Test
  void theKaggleTableAddsItsBackgroundToThePublishedSplits() throws Exception {
    Map<String, String> sections = new HashMap<>();
    for (JsonNode row : kaggle()) {
      sections.put("openi/CXR" + row.get("uid").asText(), row.get("indication").asText());
    }
    for (String split : List.of("openi_random_split.json", "inlg23_openi_split.csv")) {
      Path run = out.resolve(split.replace('.', '-'));
      ingest(
          2,
          "--config",
          PRESET.toString(),
          "--openi-csv",
          OPENI.resolve("openi_report_sections_all.csv").toString(),
          "--background",
          "openi=" + OPENI.resolve("indiana_reports.csv"),
          "--split-file",
          "openi=" + OPENI.resolve(split),
          "--set",
          "instruct.sections=[indication,comparison]",
          "--out",
          out.toString(),
          "--run-id",
          run.getFileName().toString());
      int reports = split.startsWith("openi") ? 3419 : 3346;
      int without = 0;
      for (String part : List.of("train", "validate", "test")) {
        for (JsonNode example : split(run, part)) {
          reports--;
          String id = example.get("id").asText();
          without += sections.containsKey(id) ? 0 : 1;
          String indication = sections.getOrDefault(id, "").strip().replaceAll(" +", " ");
          assertThat(example.get("indication").asText()).isEqualTo(indication);
        }
      }
      assertThat(reports).isZero();
      JsonNode manifest = Json.mapper().readTree(run.resolve("manifest.json").toFile());
      // As another program counts them.
      boolean random = split.startsWith("openi");
      assertThat(without).isEqualTo(random ? 88 : 84);
      assertThat(manifest.at("/background_by_source/openi"))
          .isEqualTo(
              Json.mapper()
                  .readTree(
                      format(
                          "{\"indication\":%d,\"comparison\":%d,\"technique\":0,\"history\":0}",
                          random ? 3278 : 3209, random ? 2975 : 2918)));
      JsonNode joined = manifest.at("/background_files/openi");
      assertThat(joined.get("rows").asInt()).isEqualTo(3851);
      assertThat(joined.get("rows_unmatched").asInt()).isEqualTo(random ? 520 : 589);
      assertThat(joined.get("reports_unmatched").asInt()).isEqualTo(without);
    }
  }

  private static List<JsonNode> kaggle() throws Exception {
    List<JsonNode> rows = new ArrayList<>();
    for (String row :
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .getOrCreate()
            .read()
            .option("header", true)
            .option("multiLine", true)
            .option("escape", "\"")
            .csv(OPENI.resolve("indiana_reports.csv").toString())
            .select("uid", "indication")
            .na()
            .fill("")
            .toJSON()
            .collectAsList()) {
      rows.add(Json.mapper().readTree(row));
    }
    return rows;
  }

  @Test
  void defaultsRemoveWhatRepeatsAndWhatLeaks() throws Exception {
    ingest(
        2,
        "--openi-csv",
        OPENI.resolve("openi_report_sections_all.csv").toString(),
        "--split-file",
        "openi=" + OPENI.resolve("openi_random_split.json"),
        "--out",
        out.toString(),
        "--run-id",
        "clean");
    JsonNode counts = counts(out.resolve("clean"));
    // 3,348 of the 3,419 pass 11 and 2 words; the held-out reports among them all stay.
    int rejected =
        counts.get("rejected").get("short_findings").asInt()
            + counts.get("rejected").get("short_impression").asInt();
    assertThat(3419 - rejected).isEqualTo(3348);
    Set<String> train = new HashSet<>();
    for (JsonNode e : lines(out.resolve("clean/jsonl/train.jsonl"))) {
      assertThat(train.add(normalized(e))).as(e.get("id").asText()).isTrue();
    }
    for (JsonNode e : lines(out.resolve("clean/jsonl/test.jsonl"))) {
      assertThat(train.contains(normalized(e))).as(e.get("id").asText()).isFalse();
    }
  }

  /** Spark's CSV reader is the oracle for ours. */
  private static Map<String, Row> sparksOwnReading() {
    Map<String, Row> rows = new HashMap<>();
    SparkSession.active()
        .read()
        .option("header", true)
        .option("multiLine", true)
        .option("escape", "\"")
        .csv(OPENI.resolve("indiana_reports.csv").toString())
        .select("uid", "MeSH", "findings", "impression")
        .collectAsList()
        .forEach(row -> rows.put("openi/CXR" + row.getString(0), row));
    return rows;
  }

  /** Whether texts are untouched but for white space, marks of de-identification included. */
  private static boolean same(JsonNode example, Row row) {
    String mesh = row.getString(1);
    String label =
        mesh.equals("normal") ? "normal" : mesh.equals("No Indexing") ? "unknown" : "abnormal";
    return example.get("findings").asText().equals(row.getString(2).strip().replaceAll(" +", " "))
        && example.get("output").asText().equals(row.getString(3).strip().replaceAll(" +", " "))
        && example.get("label").asText().equals(label);
  }

  private static String normalized(JsonNode example) {
    return example
        .get("findings")
        .asText()
        .toLowerCase(Locale.ROOT)
        .replace("___", " xxxx ")
        .replaceAll("[^a-z0-9]+", " ")
        .strip();
  }

  private static List<String> cxr(JsonNode split, String name) {
    List<String> ids = new ArrayList<>();
    split.get(name).forEach(id -> ids.add("openi/CXR" + id.asInt()));
    return ids;
  }
}
