package org.radllama.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Prometheus sees of ingest while it runs. */
class IngestFiguresTest extends IngestTestBase {
  private static final int REPORTS = 2_000;

  @TempDir Path dir;

  @Test
  void reportsReadAndRejectedWhileItRuns() throws Exception {
    StringBuilder csv = new StringBuilder("id,findings,impression\n");
    for (int i = 0; i < REPORTS; i++) {
      String findings =
          i % 2 == 0
              ? "Clear."
              : "There is a nodule of "
                  + i
                  + " mm in the right upper lobe and nothing else of note.";
      csv.append(i).append(',').append(findings).append(",A nodule is seen there.\n");
    }
    Path reports = Files.writeString(dir.resolve("reports.csv"), csv);
    SparkSession spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "true")
            .config("spark.ui.port", "0")
            .config(
                "spark.metrics.conf.*.sink.prometheusServlet.class",
                "org.apache.spark.metrics.sink.PrometheusServlet")
            .config("spark.metrics.conf.*.sink.prometheusServlet.path", "/metrics/prometheus")
            .getOrCreate();
    String page = spark.sparkContext().uiWebUrl().get() + "/metrics/prometheus/";
    CompletableFuture<IngestResult> run =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return ingest(
                    2, "--reports", reports.toString(), "--out", dir.resolve("out").toString());
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    String figures = "";
    while (!run.isDone()
        && !figures.contains("radllama_reports_read_Value{type=\"gauges\"} " + REPORTS)) {
      figures = get(page);
      Thread.sleep(20);
    }
    assertThat(figures)
        .containsPattern("driver_radllama_reports_read_Value\\{[^}]*} " + REPORTS + "\n")
        .containsPattern("driver_radllama_reports_rejected_Value\\{[^}]*} " + REPORTS / 2 + "\n");
    run.get(120, TimeUnit.SECONDS);
    assertThat(get(page)).doesNotContain("radllama_reports");
  }

  private static String get(String page) throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(page)).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }
}
