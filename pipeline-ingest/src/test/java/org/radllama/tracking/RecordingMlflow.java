package org.radllama.tracking;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.radllama.run.Json;

/** An MLflow server as far as it is asked, which keeps what it is sent. It answered alike. */
final class RecordingMlflow implements AutoCloseable {
  final Map<String, JsonNode> runs = new TreeMap<>();
  final List<JsonNode> batches = new ArrayList<>();
  final Map<String, byte[]> files = new TreeMap<>();
  final List<String> authorizations = new ArrayList<>();
  private final HttpServer server;
  final List<JsonNode> versions = new ArrayList<>();
  private boolean experiment;
  private String stage = "active";
  private Optional<String> refusal = Optional.empty();

  RecordingMlflow() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.start();
  }

  String uri() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** From now on this call is refused. */
  void refuse(String call) {
    refusal = Optional.of(call);
  }

  /** The experiment is deleted, as MLflow does it: it is still there. */
  void delete() {
    experiment = true;
    stage = "deleted";
  }

  private synchronized void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
      byte[] body = exchange.getRequestBody().readAllBytes();
      ObjectNode answer = Json.mapper().createObjectNode();
      int status = 200;
      if (refusal.filter(path::endsWith).isPresent()) {
        status = 403;
        answer.put("error_code", "PERMISSION_DENIED");
      } else if (path.startsWith("/api/2.0/mlflow-artifacts/artifacts/")) {
        files.put(path.substring("/api/2.0/mlflow-artifacts/artifacts/".length()), body);
      } else {
        status = call(path.substring("/api/2.0/mlflow/".length()), body, answer);
      }
      byte[] bytes = answer.toString().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private int call(String call, byte[] bytes, ObjectNode answer) throws IOException {
    JsonNode body = bytes.length == 0 ? Json.mapper().missingNode() : Json.mapper().readTree(bytes);
    switch (call) {
      case "experiments/get-by-name" -> {
        if (!experiment) {
          answer.put("error_code", "RESOURCE_DOES_NOT_EXIST");
          return 404;
        }
        answer.putObject("experiment").put("experiment_id", "7").put("lifecycle_stage", stage);
      }
      case "experiments/create" -> {
        experiment = true;
        answer.put("experiment_id", "7");
      }
      case "runs/search" -> {
        for (JsonNode run : runs.values()) {
          for (JsonNode tag : run.path("tags")) {
            if (body.path("filter").asText().contains(tag.path("value").asText())
                && tag.path("key").asText().endsWith("sha256")) {
              answer.putArray("runs").addObject().set("info", run.path("info"));
            }
          }
        }
      }
      case "runs/create" -> {
        String id = "run" + runs.size();
        ((ObjectNode) body)
            .putObject("info")
            .put("run_id", id)
            .put("status", "RUNNING")
            .put("artifact_uri", "mlflow-artifacts:/7/" + id + "/artifacts");
        runs.put(id, body);
        answer.putObject("run").set("info", body.path("info"));
      }
      case "runs/update" ->
          ((ObjectNode) runs.get(body.path("run_id").asText()).path("info"))
              .set("status", body.path("status"));
      case "runs/log-batch", "runs/log-inputs" -> batches.add(body);
      case "model-versions/create" -> {
        ((ObjectNode) body).put("version", String.valueOf(versions.size() + 1));
        versions.add(body);
        answer.set("model_version", body);
      }
      case "model-versions/search" -> answer.putArray("model_versions").addAll(versions);
      case "registered-models/create" -> {
        answer.put("error_code", "RESOURCE_ALREADY_EXISTS");
        return 400;
      }
      default -> {
        return 404;
      }
    }
    return 200;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
