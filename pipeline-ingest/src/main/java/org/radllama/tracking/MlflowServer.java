package org.radllama.tracking;

import static org.radllama.text.Format.format;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.radllama.run.Json;

/**
 * An MLflow server by its REST API, version 2.0. Credentials come from the environment, as MLflow's
 * own client takes them: {@code MLFLOW_TRACKING_TOKEN}, or {@code MLFLOW_TRACKING_USERNAME} and
 * {@code MLFLOW_TRACKING_PASSWORD}.
 *
 * @see <a href="https://mlflow.org/docs/latest/rest-api.html">the API</a>
 */
final class MlflowServer {
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Duration ANSWER = Duration.ofMinutes(1);
  private static final Duration UPLOAD = Duration.ofMinutes(30);

  private static final int OK = 200;

  private final URI uri;
  private final Optional<String> authorization;
  private final HttpClient client;

  /** An answer that refuses, with MLflow's own code for why. */
  static final class Refused extends IOException {
    private static final long serialVersionUID = 1L;

    private final String code;

    Refused(String path, int status, String code) {
      super(format("%s: HTTP %d %s", path, status, code));
      this.code = code;
    }

    String code() {
      return code;
    }
  }

  MlflowServer(URI uri, Map<String, String> environment) {
    this.uri = uri;
    this.authorization = authorization(environment);
    this.client = HttpClient.newBuilder().connectTimeout(CONNECT).build();
  }

  private static Optional<String> authorization(Map<String, String> environment) {
    String token = environment.getOrDefault("MLFLOW_TRACKING_TOKEN", "").strip();
    if (!token.isEmpty()) {
      return Optional.of("Bearer " + token);
    }
    String user = environment.getOrDefault("MLFLOW_TRACKING_USERNAME", "");
    if (user.isEmpty()) {
      return Optional.empty();
    }
    String both = user + ":" + environment.getOrDefault("MLFLOW_TRACKING_PASSWORD", "");
    return Optional.of(
        "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * Sends what a call takes; answers what it returns.
   *
   * @param call such as {@code runs/create}
   * @throws Refused when the server does not accept it
   */
  JsonNode post(String call, JsonNode body) throws IOException {
    return answer(
        call,
        request("/api/2.0/mlflow/" + call, ANSWER)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body.toString())));
  }

  /** Asks by one parameter. */
  JsonNode get(String call, String name, String value) throws IOException {
    String query = "?" + name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
    return answer(call, request("/api/2.0/mlflow/" + call + query, ANSWER).GET());
  }

  /**
   * Stores a file through the server.
   *
   * @param path below the root of all artifacts; letters, digits and {@code . _ = + - /}
   * @param content opened for each try
   */
  void put(String path, Supplier<InputStream> content) throws IOException {
    answer(
        "artifacts",
        request("/api/2.0/mlflow-artifacts/artifacts/" + path, UPLOAD)
            .header("Content-Type", "application/octet-stream")
            .PUT(BodyPublishers.ofInputStream(content)));
  }

  private HttpRequest.Builder request(String path, Duration timeout) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(uri + path)).timeout(timeout);
    authorization.ifPresent(a -> request.header("Authorization", a));
    return request;
  }

  private JsonNode answer(String call, HttpRequest.Builder request) throws IOException {
    HttpResponse<String> response;
    try {
      response = client.send(request.build(), BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    JsonNode body = parsed(response.body());
    if (response.statusCode() != OK) {
      throw new Refused(call, response.statusCode(), body.path("error_code").asText(""));
    }
    return body;
  }

  private static JsonNode parsed(String text) {
    try {
      return Json.mapper().readTree(text);
    } catch (IOException e) {
      return Json.mapper().missingNode();
    }
  }
}
