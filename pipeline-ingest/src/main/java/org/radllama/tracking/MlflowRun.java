package org.radllama.tracking;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.radllama.failure.BadSettingException;
import org.radllama.run.Json;

/**
 * A published run as a run of MLflow's. It is found again by its manifest's digest: sending twice
 * makes one run, and continues one that broke off.
 */
final class MlflowRun {
  /** Names the manifest, and so the run. */
  private static final String DIGEST_TAG = "radllama.manifest_sha256";

  /** Most parameters and metrics of one request. */
  private static final int PARAMETERS = 100;

  private static final int METRICS = 1000;

  /** Longest value of a parameter, and longest digest of a dataset, in characters. */
  private static final int VALUE = 500;

  private static final int DIGEST = 36;

  private static final String PROXIED = "mlflow-artifacts:";

  private final MlflowServer server;
  private final MlflowSettings settings;
  private final TrackedRun run;

  MlflowRun(MlflowServer server, MlflowSettings settings, TrackedRun run) {
    this.server = server;
    this.settings = settings;
    this.run = run;
  }

  /**
   * Sends all there is.
   *
   * @return what came of it, for a person
   */
  List<String> send() throws IOException {
    String experiment = experiment();
    JsonNode found = found(experiment);
    String shown = "%s/#/experiments/%s/runs/".formatted(settings.uri().orElseThrow(), experiment);
    JsonNode info = found.isMissingNode() ? created(experiment) : found.path("info");
    String id = info.path("run_id").asText();
    String artifacts = info.path("artifact_uri").asText();
    Optional<String> root = proxied(artifacts);
    if (info.path("status").asText().equals("FINISHED")) {
      List<String> said = new ArrayList<>(List.of("MLflow has this run: " + shown + id));
      if (root.isPresent() && model().isPresent()) {
        said.addAll(registered(model().get(), info));
      }
      return said;
    }
    parameters(id);
    metrics(id);
    inputs(id);
    List<String> said = new ArrayList<>(List.of("sent to MLflow: " + shown + id));
    if (root.isPresent()) {
      files(root.get());
      if (model().isPresent()) {
        said.addAll(registered(model().get(), info));
      }
    } else {
      said.add(
          "MLflow keeps this experiment's files %s, where clients store them without the server: no files were sent"
              .formatted(
                  artifacts.contains("://")
                      ? "in " + artifacts.substring(0, artifacts.indexOf("://")) + ":"
                      : "in a folder"));
    }
    ObjectNode end = node().put("run_id", id).put("status", "FINISHED").put("end_time", run.end());
    server.post("runs/update", end);
    return said;
  }

  /**
   * The path of files that the server stores itself, of {@code mlflow-artifacts:/PATH} or {@code
   * mlflow-artifacts://HOST/PATH}; empty for every other place.
   */
  static Optional<String> proxied(String artifacts) {
    return artifacts.startsWith(PROXIED)
        ? Optional.of(
            artifacts
                .substring(PROXIED.length())
                .replaceFirst("^//[^/]*", "")
                .replaceFirst("^/+", ""))
        : Optional.empty();
  }

  /** The model of which this run's adapter becomes a version. */
  private Optional<String> model() throws IOException {
    boolean adapter = run.files().contains("adapter/adapter_config.json");
    return adapter ? settings.model() : Optional.empty();
  }

  private static ObjectNode node() {
    return Json.mapper().createObjectNode();
  }

  private String experiment() throws IOException {
    String name = settings.experiment();
    try {
      return existing(name);
    } catch (MlflowServer.Refused e) {
      if (!e.code().equals("RESOURCE_DOES_NOT_EXIST")) {
        throw e;
      }
    }
    try {
      return server
          .post("experiments/create", node().put("name", name))
          .path("experiment_id")
          .asText();
    } catch (MlflowServer.Refused e) {
      if (!e.code().equals("RESOURCE_ALREADY_EXISTS")) {
        throw e;
      }
      // Made by another run just now.
      return existing(name);
    }
  }

  private String existing(String name) throws IOException {
    JsonNode experiment =
        server.get("experiments/get-by-name", "experiment_name", name).path("experiment");
    if (experiment.path("lifecycle_stage").asText().equals("deleted")) {
      throw new BadSettingException(
          "MLflow's experiment %s was deleted: restore it there, or choose another (experiment)",
          name);
    }
    return experiment.path("experiment_id").asText();
  }

  private JsonNode found(String experiment) throws IOException {
    ObjectNode query = node();
    query.putArray("experiment_ids").add(experiment);
    query.put("filter", "tags.`%s` = '%s'".formatted(DIGEST_TAG, run.digest()));
    query.put("max_results", 1);
    return server.post("runs/search", query).path("runs").path(0);
  }

  private JsonNode created(String experiment) throws IOException {
    ObjectNode made =
        node()
            .put("experiment_id", experiment)
            .put("run_name", run.id())
            .put("start_time", run.start());
    Map<String, String> tags = new LinkedHashMap<>();
    tags.put("mlflow.source.name", "radllama " + run.job());
    tags.put("mlflow.source.git.commit", run.commit());
    tags.put("radllama.job", run.job());
    tags.put("radllama.run_id", run.id());
    tags.put("radllama.version", run.version());
    tags.put(DIGEST_TAG, run.digest());
    ArrayNode list = made.putArray("tags");
    tags.forEach((key, value) -> list.addObject().put("key", key).put("value", value));
    return server.post("runs/create", made).at("/run/info");
  }

  private void parameters(String id) throws IOException {
    List<ObjectNode> all = new ArrayList<>();
    run.parameters()
        .forEach(
            (key, value) ->
                all.add(
                    node()
                        .put("key", name(key))
                        .put("value", value.substring(0, Math.min(VALUE, value.length())))));
    batches(id, "params", all, PARAMETERS);
  }

  private void metrics(String id) throws IOException {
    List<ObjectNode> all = new ArrayList<>();
    for (TrackedRun.Metric metric : run.metrics()) {
      all.add(
          node()
              .put("key", name(metric.name()))
              .put("value", metric.value())
              .put("step", metric.step())
              .put("timestamp", metric.millis()));
    }
    batches(id, "metrics", all, METRICS);
  }

  private void batches(String id, String what, List<ObjectNode> all, int most) throws IOException {
    for (int from = 0; from < all.size(); from += most) {
      ObjectNode batch = node().put("run_id", id);
      batch.putArray(what).addAll(all.subList(from, Math.min(from + most, all.size())));
      server.post("runs/log-batch", batch);
    }
  }

  /** What may stand in a name there. */
  private static String name(String key) {
    return key.replaceAll("[^A-Za-z0-9_ ./-]", "_");
  }

  private void inputs(String id) throws IOException {
    ObjectNode logged = node().put("run_id", id);
    ArrayNode datasets = logged.putArray("datasets");
    if (run.job().equals("ingest")) {
      dataset(datasets, run.id(), run.digest());
    } else {
      run.inputs().forEach((name, sha256) -> dataset(datasets, name, sha256));
    }
    if (!datasets.isEmpty()) {
      server.post("runs/log-inputs", logged);
    }
  }

  private static void dataset(ArrayNode to, String name, String sha256) {
    to.addObject()
        .putObject("dataset")
        .put("name", name)
        .put("digest", sha256.substring(0, Math.min(DIGEST, sha256.length())))
        .put("source_type", "radllama")
        .put("source", node().put("sha256", sha256).toString());
  }

  private void files(String root) throws IOException {
    for (String file : run.files()) {
      Supplier<InputStream> content =
          () -> {
            try {
              return run.open(file);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          };
      try {
        server.put(encoded(root + "/" + file), content);
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
    }
  }

  private static String encoded(String path) {
    return Arrays.stream(path.split("/"))
        .map(part -> URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20"))
        .collect(Collectors.joining("/"));
  }

  /** Registers the adapter, unless that was done before. */
  private List<String> registered(String model, JsonNode info) throws IOException {
    try {
      server.post("registered-models/create", node().put("name", model));
    } catch (MlflowServer.Refused e) {
      if (!e.code().equals("RESOURCE_ALREADY_EXISTS")) {
        throw e;
      }
    }
    String id = info.path("run_id").asText();
    JsonNode versions =
        server.get("model-versions/search", "filter", "run_id='" + id + "'").path("model_versions");
    for (JsonNode version : versions) {
      if (version.path("name").asText().equals(model)) {
        return List.of();
      }
    }
    ObjectNode version =
        node()
            .put("name", model)
            .put("source", info.path("artifact_uri").asText() + "/adapter")
            .put("run_id", id);
    JsonNode made = server.post("model-versions/create", version);
    return List.of(
        "registered as version %s of %s"
            .formatted(made.at("/model_version/version").asText(), model));
  }
}
