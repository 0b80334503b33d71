package org.radllama.deploy.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.deploy.LoggedProcess;
import org.radllama.deploy.WorkFolder;

/**
 * A word that stands in every report, and planted secrets, are sought in every byte that the
 * packaged jobs leave: what they print with all logs at DEBUG, Spark's event logs and temporary
 * files, manifests, pages, metrics, checkpoints, and what Spark's web interface shows. The word
 * stands in the data files alone, the secrets nowhere; so when all goes well, when input is broken,
 * when training fails and when it is killed.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CanaryTest {
  private static final String INGEST = "org.radllama.ingest.IngestJob";
  private static final String TOKENIZER = "org.radllama.train.TokenizerJob";
  private static final String TRAIN = "org.radllama.train.TrainJob";
  private static final String EVAL = "org.radllama.eval.EvalJob";
  private static final String GENERATE = "org.radllama.eval.GenerateJob";

  /** Begins every secret. */
  private static final String SECRET = "quokkaquokka";

  /** Where report text may stand in a run's folder, published or not. */
  private static final Predicate<String> DATA =
      Pattern.compile(
              "(_work/[^/]+/)?[^/]+/(parquet/.*|jsonl/.*|predictions\\.jsonl|tokenizer\\.json"
                  + "|(checkpoints/[^/]+/)?(adapter|model)/tokenizer\\.json)")
          .asMatchPredicate();

  private static final Traces TEXT = new Traces(CanaryCorpus.WORD);
  private static final Traces SECRETS = new Traces(SECRET);

  private Path scratch;
  private CanaryCorpus corpus;
  private Path out;
  private Submission submission;

  @BeforeAll
  void write(@TempDir Path folder) throws Exception {
    scratch = folder;
    assumeThat(Submission.possible()).as("needs the packaged jobs and Spark").isTrue();
    corpus = new CanaryCorpus(scratch.resolve("corpus"));
    out = Files.createDirectories(scratch.resolve("out"));
    submission = new Submission(scratch.resolve("left"), environment(), settings());
  }

  private static Map<String, String> environment() {
    return Map.of(
        "AWS_SECRET_ACCESS_KEY", SECRET + "1",
        "REPORT_STORE_PASSWORD", SECRET + "2",
        "HADOOP_CREDSTORE_PASSWORD", SECRET + "3");
  }

  private static List<String> settings() {
    List<String> keys =
        List.of(
            "spark.authenticate.secret",
            "spark.ssl.keyPassword",
            "spark.hadoop.fs.s3a.access.key",
            "spark.hadoop.fs.s3a.secret.key",
            "spark.hadoop.fs.s3a.session.token",
            "spark.hadoop.fs.s3a.encryption.key",
            "spark.hadoop.fs.azure.account.key.reports.dfs.core.windows.net",
            "spark.hadoop.fs.gs.auth.service.account.private.key",
            "spark.hadoop.fs.store.credential",
            "spark.hadoop.fs.store.passphrase",
            "spark.hadoop.fs.store.passwd",
            "spark.executorEnv.REPORT_STORE_API_KEY");
    List<String> settings = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      settings.add(String.format(Locale.ROOT, "%s=%s%d", keys.get(i), SECRET, 10 + i));
    }
    return settings;
  }

  @Test
  @Order(1)
  void theWholeWayLeavesTextInDataFilesAlone() throws Exception {
    String dataset = out.resolve("dataset").toString();
    assertDone(
        INGEST,
        "dataset",
        "--mimic-cxr",
        corpus.mimicCxr().toString(),
        "--split-file",
        "mimic-cxr=" + corpus.mimicCxrSplit(),
        "--openi-xml",
        corpus.openI().toString(),
        "--split-file",
        "openi=" + corpus.openISplit());
    assertDone(TOKENIZER, "tokenizer", "--dataset", dataset, "--vocab-size", "400");
    assertDone(TRAIN, "base", with(tiny(), "--dataset", dataset, "--set", "max-steps=6"));
    assertDone(
        EVAL,
        "eval",
        "--dataset",
        dataset,
        "--base-model",
        base(),
        "--baselines",
        "constant,lead,nearest",
        "--set",
        "generate.max-new-tokens=12");
    assertDone(
        GENERATE,
        "generated",
        "--reports",
        dataset + "/jsonl/test.jsonl",
        "--base-model",
        base(),
        "--set",
        "generate.max-new-tokens=12");
    assertThat(out.resolve("generated/predictions.jsonl")).isNotEmptyFile();
    for (String file :
        List.of(
            "dataset/jsonl/train.jsonl",
            "eval/predictions.jsonl",
            "tokenizer/tokenizer.json",
            "base/model/tokenizer.json")) {
      assertThat(TEXT.in(Files.readAllBytes(out.resolve(file)))).as(file).isNotEmpty();
    }
    assertThat(out.resolve("eval/report.html")).exists();
    assertNothingLeaked();
  }

  @Test
  @Order(2)
  void brokenInputIsRefusedWithoutQuotingIt() throws Exception {
    List<String> runs = new ArrayList<>();
    for (String[] input :
        new String[][] {
          {"--mimic-cxr", "encodings"},
          {"--openi-xml", "xml"},
          {"--openi-csv", "rows.csv"},
          {"--openi-csv", "no-header.csv"},
          {"--reports", "no-header.csv"},
          {"--reports", "lines.jsonl"},
          {"--reports", "rows.csv"},
        }) {
      String broken = corpus.broken(input[1]).toString();
      runs.add(run(3, INGEST, input[0], broken, "--set", "split.mimic-cxr-by-seed=true"));
    }
    for (String split :
        List.of(
            "split-word.csv",
            "split-cells.csv",
            "split-crossing.csv",
            "split.json",
            "split-key.json",
            "rows.csv")) {
      runs.add(
          run(
              3,
              INGEST,
              "--openi-xml",
              corpus.openI().toString(),
              "--split-file",
              "openi=" + corpus.broken(split)));
    }
    Path damaged =
        CanaryCorpus.damaged(out.resolve("dataset"), scratch.resolve("damaged"), ".jsonl");
    Path parquet = out.resolve("dataset/parquet");
    CanaryCorpus.damaged(parquet, corpus.broken("parquet"), ".parquet");
    runs.add(run(3, INGEST, "--reports", firstBelow(corpus.broken("parquet"), ".parquet")));
    runs.add(run(3, TOKENIZER, "--dataset", damaged.toString()));
    String dataset = out.resolve("dataset").toString();
    runs.add(run(3, EVAL, "--dataset", damaged.toString()));
    for (String file : List.of("predictions.jsonl", "no-prediction.jsonl")) {
      runs.add(
          run(3, EVAL, "--dataset", dataset, "--predictions", "theirs=" + corpus.broken(file)));
    }
    for (String file : List.of("scores.csv", "no-number.csv")) {
      runs.add(
          run(
              3,
              EVAL,
              "--dataset",
              dataset,
              "--predictions",
              "theirs=" + out.resolve("eval/predictions.jsonl"),
              "--scores",
              "theirs.nearest=" + corpus.broken(file)));
    }
    secretsWhereSettingsAreExpected(runs);
    assertRuns("broken", runs);
    assertNothingLeaked();
  }

  private void secretsWhereSettingsAreExpected(List<String> runs) throws Exception {
    Path config =
        Files.writeString(scratch.resolve("bad.conf"), "store-password = " + SECRET + "\"x");
    runs.add(run(2, INGEST, "--set", "read.store-secret=" + SECRET + "30"));
    runs.add(run(2, INGEST, "--set", "store-password " + SECRET + "31"));
    runs.add(run(2, INGEST, "--config", config.toString()));
  }

  @Test
  @Order(3)
  void failedTrainingLeavesNoText() throws Exception {
    Path damaged = CanaryCorpus.damaged(Path.of(base()), scratch.resolve("base"), "tokenizer.json");
    Path weights =
        CanaryCorpus.damaged(Path.of(base()), scratch.resolve("weights"), ".safetensors");
    String dataset = out.resolve("dataset").toString();
    assertRuns(
        "failed",
        List.of(
            run(
                6,
                TRAIN,
                with(
                    tiny(),
                    "--dataset",
                    dataset,
                    "--set",
                    "optimiser.learning-rate=1e30",
                    "--set",
                    "optimiser.max-gradient-norm=0")),
            run(3, TRAIN, "--dataset", dataset, "--base-model", scratch + "/nothing"),
            run(3, TRAIN, "--dataset", dataset, "--base-model", damaged.toString()),
            run(3, TRAIN, "--dataset", dataset, "--base-model", weights.toString()),
            run(3, TRAIN, with(tiny(), "--dataset", scratch.resolve("damaged").toString())),
            run(3, EVAL, "--dataset", dataset, "--base-model", damaged.toString())));
    assertNothingLeaked();
  }

  @Test
  @Order(4)
  void neitherTheWebInterfaceNorAKilledRunShowsTextOrSecrets() throws Exception {
    LoggedProcess process =
        submission.start(
            "killed",
            List.of("spark.ui.enabled=true", "spark.ui.port=0"),
            TRAIN,
            flags(
                "killed",
                "--dataset",
                out.resolve("dataset").toString(),
                "--base-model",
                base(),
                "--set",
                "epochs=100000",
                "--set",
                "batch-size=16",
                "--set",
                "checkpoint.every=5"));
    try {
      WebInterface web = new WebInterface(process);
      web.awaitStages();
      Map<String, byte[]> pages = web.pages();
      assertThat(pages).hasSizeGreaterThan(15);
      assertThat(new String(pages.get("/environment/"), StandardCharsets.UTF_8))
          .contains("fs.s3a.secret.key", "(redacted)");
      pages.forEach(
          (page, bytes) -> {
            assertThat(TEXT.in(bytes)).as(page).isEmpty();
            assertThat(SECRETS.in(bytes)).as(page).isEmpty();
          });
    } finally {
      process.terminate();
    }
    assertThat(process.await(Duration.ofMinutes(1))).as(printed("killed")).isEqualTo(128 + 15);
    assertThat(WorkFolder.of(out, "killed", "checkpoints")).isNotEmptyDirectory();
    assertThat(out.resolve("killed")).doesNotExist();
    assertNothingLeaked();
  }

  private String base() {
    return out.resolve("base/model").toString();
  }

  private String[] tiny() {
    List<String> args = new ArrayList<>();
    for (String set :
        List.of(
            "method=full",
            "model.hidden-size=32",
            "model.intermediate-size=64",
            "model.layers=1",
            "model.heads=2",
            "model.key-value-heads=2",
            "batch-size=16",
            "optimiser.learning-rate=1e-2",
            "checkpoint.every=2",
            "validation.every=3",
            "tokenizer=\"" + out.resolve("tokenizer") + "\"")) {
      args.addAll(List.of("--set", set));
    }
    return args.toArray(String[]::new);
  }

  private static String[] with(String[] args, String... more) {
    return Stream.concat(Stream.of(args), Stream.of(more)).toArray(String[]::new);
  }

  private String[] flags(String runId, String... args) {
    return with(args, "--out", out.toString(), "--run-id", runId);
  }

  private String run(int code, String job, String... args) {
    String runId = "doomed-" + System.nanoTime();
    return code + "\t" + job + "\t" + String.join("\t", flags(runId, args));
  }

  private static String firstBelow(Path folder, String ending) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.map(Path::toString).filter(f -> f.endsWith(ending)).findFirst().orElseThrow();
    }
  }

  private void assertDone(String job, String runId, String... args) throws Exception {
    assertThat(submission.run(runId, job, flags(runId, args))).as(printed(runId)).isZero();
  }

  private void assertRuns(String name, List<String> runs) throws Exception {
    Path list = Files.write(scratch.resolve(name + ".runs"), runs);
    int code = submission.run(name, DoomedRuns.class.getName(), list.toString());
    assertThat(code).as(printed(name)).isZero();
  }

  /** The end of what a submission printed. */
  private String printed(String name) throws IOException {
    List<String> lines = Files.readAllLines(submission.printed(name));
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
  }

  private void assertNothingLeaked() throws IOException {
    Path left = scratch.resolve("left");
    assertThat(TEXT.below(left, file -> false)).isEmpty();
    assertThat(TEXT.below(out, file -> DATA.test(file.toString()))).isEmpty();
    assertThat(SECRETS.below(left, file -> false)).isEmpty();
    assertThat(SECRETS.below(out, file -> false)).isEmpty();
    assertThat(left.resolve("spark-local")).as("Spark's temporary files").isEmptyDirectory();
    // That there was something to look into.
    try (Stream<Path> events = Files.list(left.resolve("events"))) {
      assertThat(events.map(f -> f.toFile().length())).isNotEmpty().allMatch(n -> n > 1000);
    }
    try (Stream<Path> printed = Files.list(left)) {
      for (Path file : printed.filter(f -> f.toString().endsWith(".printed")).toList()) {
        assertThat(Files.readString(file)).contains(" DEBUG ");
      }
    }
  }
}
