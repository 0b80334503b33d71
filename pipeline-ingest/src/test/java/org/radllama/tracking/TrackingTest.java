package org.radllama.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.radllama.text.Format.format;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.radllama.failure.BadSettingException;
import org.radllama.failure.TryAgainException;

/** {@code deploy/tracking/check} does the same with a real server. */
class TrackingTest {
  @TempDir Path folder;
  private RecordingMlflow server;

  @BeforeEach
  void serve() throws IOException {
    server = new RecordingMlflow();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Path file(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private void training() throws IOException {
    file(
        "manifest.json",
        """
        {"job": "train", "run_id": "lora 1",
         "configuration": {"seed": 42, "lora": {"targets": ["q_proj"]}, "empty": "", "text": "%s"},
         "inputs": [{"name": "dataset", "sha256": "%s"}],
         "versions": {"radllama": "1", "radllama_commit": "abc"},
         "counts": {"train": 5, "name": "not a number"}, "training": {"loss": 0.5}}
        """
            .formatted("x".repeat(900), "d".repeat(64)));
    file("_SUCCESS", "");
    file(
        "timings.json", "{\"start\": \"2026-12-01T00:00:00Z\", \"end\": \"2026-12-01T01:00:00Z\"}");
    StringBuilder steps = new StringBuilder();
    for (int step = 1; step <= 1500; step++) {
      steps.append(
          format(
              "{\"step\": %d, \"loss\": %d.5, \"validation_loss\": null, \"learning_rate\": 1e-3, \"gradient_norm\": 1, \"tokens\": 100, \"tokens_per_second\": 50}%n",
              step, step));
    }
    file("metrics.jsonl", steps.toString());
    file("adapter/adapter_config.json", "{}");
    file("adapter/weights of one", "bytes");
    file("checkpoints/state", "not sent");
  }

  private List<String> send(Map<String, String> environment) {
    MlflowSettings settings =
        new MlflowSettings(Optional.of(URI.create(server.uri())), "radllama", Optional.of("m"));
    return Tracking.send(
        new Configuration(), new org.apache.hadoop.fs.Path(folder.toUri()), settings, environment);
  }

  private List<JsonNode> logged(String what) {
    List<JsonNode> all = new ArrayList<>();
    for (JsonNode batch : server.batches) {
      batch.path(what).forEach(all::add);
      assertThat(batch.path("metrics").size()).isLessThanOrEqualTo(1000);
    }
    return all;
  }

  @Test
  void aTrainingIsSentWholeOnce() throws IOException {
    training();
    assertThat(send(Map.of("MLFLOW_TRACKING_USERNAME", "ann", "MLFLOW_TRACKING_PASSWORD", "pw")))
        .anyMatch(line -> line.startsWith("sent to MLflow: " + server.uri()))
        .contains("registered as version 1 of m");
    assertThat(server.authorizations).containsOnly("Basic YW5uOnB3");
    assertThat(logged("params").stream().map(p -> p.path("key").asText()))
        .containsExactly("lora.targets", "seed", "text");
    assertThat(logged("params").get(2).path("value").asText()).hasSize(500);
    List<JsonNode> losses =
        logged("metrics").stream().filter(m -> m.path("key").asText().equals("loss")).toList();
    assertThat(losses).hasSize(1500);
    for (int i = 0; i < losses.size(); i++) {
      assertThat(losses.get(i).path("step").asInt()).isEqualTo(i + 1);
      assertThat(losses.get(i).path("value").asDouble()).isEqualTo(i + 1.5);
      assertThat(losses.get(i).path("timestamp").asLong())
          .isEqualTo(1_796_083_200_000L + 2000L * (i + 1));
    }
    assertThat(logged("metrics").stream().map(m -> m.path("key").asText()))
        .contains("counts.train", "training.loss")
        .doesNotContain("counts.name", "validation_loss");
    assertThat(server.files.keySet())
        .containsExactly(
            "7/run0/artifacts/adapter/adapter_config.json",
            "7/run0/artifacts/adapter/weights of one",
            "7/run0/artifacts/manifest.json",
            "7/run0/artifacts/metrics.jsonl");
    assertThat(server.runs.get("run0").at("/info/status").asText()).isEqualTo("FINISHED");
    assertThat(send(Map.of())).singleElement().asString().startsWith("MLflow has this run:");
    assertThat(server.runs).hasSize(1);
  }

  @Test
  void whatBrokeOffIsContinued() throws IOException {
    training();
    server.refuse("runs/update");
    assertThatThrownBy(() -> send(Map.of()))
        .isInstanceOf(BadSettingException.class)
        .hasMessageEndingWith("refuses runs/update: HTTP 403 PERMISSION_DENIED");
    server.refuse("nothing");
    send(Map.of("MLFLOW_TRACKING_TOKEN", "t\n"));
    assertThat(server.authorizations).contains("null", "Bearer t");
    assertThat(server.runs).hasSize(1);
    assertThat(server.runs.get("run0").at("/info/status").asText()).isEqualTo("FINISHED");
  }

  @Test
  void anAdapterBecomesOneVersion() throws IOException {
    training();
    server.refuse("model-versions/create");
    assertThatThrownBy(() -> send(Map.of())).isInstanceOf(BadSettingException.class);
    server.refuse("runs/update");
    assertThatThrownBy(() -> send(Map.of())).isInstanceOf(BadSettingException.class);
    server.refuse("nothing");
    send(Map.of());
    send(Map.of());
    assertThat(server.versions).hasSize(1);
    assertThat(server.versions.get(0).path("source").asText())
        .isEqualTo("mlflow-artifacts:/7/run0/artifacts/adapter");
    server.versions.clear();
    assertThat(send(Map.of())).contains("registered as version 1 of m");
  }

  @Test
  void aDeletedExperimentIsNamed() throws IOException {
    training();
    server.delete();
    assertThatThrownBy(() -> send(Map.of()))
        .isInstanceOf(BadSettingException.class)
        .hasMessage(
            "MLflow's experiment radllama was deleted: restore it there, or choose another (experiment)");
  }

  @Test
  void aServerOfTheEnvironmentIsCheckedLikeASetting() {
    MlflowSettings none = new MlflowSettings(Optional.empty(), "radllama", Optional.empty());
    assertThatThrownBy(
            () ->
                Tracking.send(
                    new Configuration(),
                    new org.apache.hadoop.fs.Path(folder.toUri()),
                    none,
                    Map.of("MLFLOW_TRACKING_URI", "https://ann:secret@tracker")))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("without user or password")
        .hasMessageNotContaining("secret");
  }

  @ParameterizedTest
  @CsvSource({
    "mlflow-artifacts:/7/run0/artifacts, 7/run0/artifacts",
    "mlflow-artifacts://tracker:5000/7/a b, 7/a b",
    "s3://bucket/7,",
    "/srv/my runs/7,",
    "file:///srv/7,"
  })
  void filesGoToTheServerWhereItStoresThem(String uri, String path) {
    assertThat(MlflowRun.proxied(uri)).isEqualTo(Optional.ofNullable(path));
  }

  @Test
  void aPageThatQuotesReportsIsNotSent() throws IOException {
    for (boolean shows : List.of(false, true)) {
      file(
          "manifest.json",
          "{\"job\": \"eval\", \"run_id\": \"e\", \"configuration\": {\"report\": {\"show-text\": %s}}}"
              .formatted(shows));
      file("_SUCCESS", "");
      file("report.html", "page");
      file("tables/a.csv", "table");
      file("predictions.jsonl", "patient data");
      file(
          "metrics.json",
          "{\"systems\": {\"a/b\": {\"openi\": {\"test\": {\"all\": {\"rougeL_fmeasure\": {\"mean\": 0.5, \"low\": 0.4, \"n\": 3}}}}}}}");
      send(Map.of());
    }
    assertThat(server.files.keySet().stream().filter(name -> name.startsWith("7/run1")))
        .containsExactly("7/run1/artifacts/manifest.json", "7/run1/artifacts/metrics.json");
    assertThat(server.files.keySet().stream().filter(name -> name.startsWith("7/run0"))).hasSize(4);
    assertThat(server.files.values().stream().map(b -> new String(b, StandardCharsets.UTF_8)))
        .doesNotContain("patient data");
    assertThat(logged("metrics").stream().map(m -> m.path("key").asText()))
        .containsOnly("a/b/openi/test/all/rougeL_fmeasure");
  }

  @Test
  void aServerThatIsDownIsToBeTriedAgain() throws IOException {
    training();
    server.close();
    assertThatThrownBy(() -> send(Map.of()))
        .isInstanceOf(TryAgainException.class)
        .hasMessage(server.uri() + " does not answer (ConnectException)");
  }
}
