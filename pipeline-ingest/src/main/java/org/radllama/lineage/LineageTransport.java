package org.radllama.lineage;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends events. A failure is logged and ends nothing: the run is what matters. */
public final class LineageTransport {
  private static final Logger LOG = LoggerFactory.getLogger(LineageTransport.class);

  private final LineageSettings settings;
  private final Duration patience;

  /** A transport to the place of the settings. */
  public LineageTransport(LineageSettings settings) {
    this(settings, Duration.ofSeconds(5));
  }

  /**
   * The same with another patience.
   *
   * @param patience waits this long for a connection and for an answer to begin
   */
  LineageTransport(LineageSettings settings, Duration patience) {
    this.settings = settings;
    this.patience = patience;
  }

  /** Sends one event and waits for the answer, at most some seconds. */
  public void send(ObjectNode event) {
    try {
      if (settings.file().isPresent()) {
        append(settings.file().get(), event + "\n");
      } else {
        int status = post(settings.url().orElseThrow(), event.toString());
        if (status < 200 || status >= 300) {
          failed(event, "HTTP " + status);
        }
      }
    } catch (IOException | RuntimeException e) {
      failed(event, e.getClass().getSimpleName());
    } catch (InterruptedException e) {
      failed(event, "interrupted");
      Thread.currentThread().interrupt();
    }
  }

  /** In one write, so that jobs that share the file do not mix their lines. */
  private static void append(Path file, String line) throws IOException {
    Files.write(
        file,
        line.getBytes(StandardCharsets.UTF_8),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  private int post(URI url, String event) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url)
            .timeout(patience)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(event));
    settings.apiKey().ifPresent(key -> request.header("Authorization", "Bearer " + key));
    HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(patience)
            .build();
    // The request's own timeout ends with the headers of the answer.
    CompletableFuture<HttpResponse<Void>> answer =
        client.sendAsync(request.build(), HttpResponse.BodyHandlers.discarding());
    try {
      return answer.get(2 * patience.toMillis(), TimeUnit.MILLISECONDS).statusCode();
    } catch (ExecutionException | TimeoutException e) {
      answer.cancel(true);
      throw e.getCause() instanceof IOException failed ? failed : new IOException(e);
    }
  }

  /** Neither key nor URL, which may have one in it, but the host. */
  private void failed(ObjectNode event, String why) {
    LOG.warn(
        "OpenLineage's {} event was not taken by {}: {}. The run goes on",
        event.path("eventType").asText(),
        settings.url().map(URI::getHost).orElse("the file"),
        why);
  }
}
