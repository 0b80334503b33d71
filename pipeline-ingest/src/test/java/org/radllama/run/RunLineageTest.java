package org.radllama.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.failure.BadSettingException;

/** What OpenLineage is told of a run, by file and by HTTP. */
class RunLineageTest {
  private static final String PREFIX = "spark.openlineage.";
  private static final String PARENT = "11111111-2222-3333-4444-555555555555";
  private static final String ROOT = "99999999-2222-3333-4444-555555555555";

  @TempDir Path folder;

  private final List<String> properties = new ArrayList<>();
  private final List<JsonNode> received = Collections.synchronizedList(new ArrayList<>());
  private final Map<String, String> asked = Collections.synchronizedMap(new HashMap<>());
  private int answer = 201;
  private HttpServer server;
  private Path events;
  private Path input;

  @BeforeEach
  void start() throws IOException {
    events = folder.resolve("events.jsonl");
    input = Files.writeString(folder.resolve("reports.csv"), "what is read");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          received.add(Json.mapper().readTree(exchange.getRequestBody().readAllBytes()));
          asked.put("path", exchange.getRequestURI().getPath());
          asked.put("key", String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
          exchange.sendResponseHeaders(answer, -1);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    properties.forEach(System::clearProperty);
  }

  private void set(String key, String value) {
    properties.add(PREFIX + key);
    System.setProperty(PREFIX + key, value);
  }

  private void toFile() {
    set("transport.type", "file");
    set("transport.location", events.toString());
  }

  private void toServer() {
    set("transport.type", "http");
    set("transport.url", "http://127.0.0.1:" + server.getAddress().getPort());
  }

  private Run.Published<String> publish(String runId, Path read, Run.Work<String> work)
      throws IOException {
    return publish(runId, new RunInput("reports", read.toString()), work);
  }

  private Run.Published<String> publish(String runId, RunInput read, Run.Work<String> work)
      throws IOException {
    Settings settings = Settings.load("ingest", Optional.empty(), List.of(), Map.of());
    return Run.publish(
        JobContext.of("ingest", settings, null),
        new RunRequest(
            "ingest",
            folder.resolve("out").toString(),
            Optional.of(runId),
            settings,
            List.of(read)),
        work);
  }

  private static Run.Result<String> dataset(RunDirectory run) throws IOException {
    run.write("jsonl/train.jsonl", "{}\n{}\n");
    run.write("adapter/adapter_config.json", "{}");
    run.write("predictions.jsonl", "{}\n");
    run.write(
        "croissant.json",
        "{\"recordSet\":[{\"@id\":\"splits\",\"field\":[{\"name\":\"url\"}]},{\"@id\":\"examples\","
            + "\"field\":[{\"name\":\"id\",\"dataType\":\"sc:Text\"},"
            + "{\"name\":\"label\",\"dataType\":[\"sc:Text\",\"cr:Label\"]}]}]}");
    ObjectNode extra = Json.mapper().createObjectNode();
    extra.putObject("counts").put("read", 3).put("train", 2).put("validate", 0).put("test", 0);
    return new Run.Result<>(extra, "done");
  }

  private List<JsonNode> written() throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(events)) {
      lines.add(Json.mapper().readTree(line));
    }
    return lines;
  }

  private static List<String> types(List<JsonNode> events) {
    return events.stream().map(event -> event.path("eventType").asText()).toList();
  }

  @Test
  void aTableIsItsFolderAtAVersion() throws Exception {
    toFile();
    RunInput.Table lake =
        RunInput.Table.ofVersion("iceberg snapshot 7", Optional.of("s3://lake/ward/reports"));
    publish(
        "lake",
        RunInput.table("reports-table", "lake.ward.reports@7", lake),
        RunLineageTest::dataset);
    JsonNode read = written().get(0).at("/inputs/0");
    assertThat(read.path("namespace").asText()).isEqualTo("s3://lake");
    assertThat(read.path("name").asText()).isEqualTo("ward/reports");
    assertThat(read.at("/facets/version/datasetVersion").asText()).isEqualTo("iceberg snapshot 7");
    assertThat(read.has("inputFacets")).isFalse();
    Files.delete(events);
    RunInput.Table view = RunInput.Table.ofRows(3, Digests.sha256("rows"), Optional.empty());
    publish("view", RunInput.table("reports-table", "ward.seen", view), RunLineageTest::dataset);
    read = written().get(0).at("/inputs/0");
    assertThat(read.path("namespace").asText()).isEqualTo("catalog://");
    assertThat(read.path("name").asText()).isEqualTo("/ward.seen");
    assertThat(read.at("/facets/version/datasetVersion").asText()).isEqualTo(view.sha256());
  }

  @Test
  void nothingIsToldUnlessItIsSaidWhere() throws Exception {
    publish("one", input, RunLineageTest::dataset);
    assertThat(received).isEmpty();
    assertThat(events).doesNotExist();
  }

  @Test
  void beginningAndEndAreOfOneRun() throws Exception {
    toFile();
    set("namespace", "ward");
    publish("one", input, RunLineageTest::dataset);
    List<JsonNode> told = written();
    assertThat(types(told)).containsExactly("START", "COMPLETE");
    assertThat(told.get(0).at("/run/runId")).isEqualTo(told.get(1).at("/run/runId"));
    for (JsonNode event : told) {
      assertThat(event.at("/job/namespace").asText()).isEqualTo("ward");
      assertThat(event.at("/job/name").asText()).isEqualTo("radllama.ingest");
      assertThat(event.at("/run/facets/radllama_run/run_id").asText()).isEqualTo("one");
      assertThat(event.at("/run/facets").has("parent")).isFalse();
      JsonNode read = event.at("/inputs/0");
      assertThat(read.path("namespace").asText()).isEqualTo("file");
      assertThat(read.path("name").asText()).isEqualTo(input.toString());
      assertThat(read.at("/inputFacets/dataQualityMetrics/bytes").asLong()).isEqualTo(12);
    }
    assertThat(told.get(0).path("outputs")).isEmpty();
    JsonNode made = told.get(1).at("/outputs/0");
    assertThat(made.path("name").asText()).isEqualTo(folder.resolve("out/one").toString());
    assertThat(made.at("/outputFacets/outputStatistics/rowCount").asLong()).isEqualTo(2);
    assertThat(made.at("/outputFacets/outputStatistics/fileCount").asLong()).isEqualTo(6);
    assertThat(made.at("/facets/radllama_counts/counts/read").asLong()).isEqualTo(3);
    assertThat(made.at("/facets/schema/fields").toString())
        .isEqualTo("[{\"name\":\"id\",\"type\":\"Text\"},{\"name\":\"label\",\"type\":\"Text\"}]");
  }

  /** The same name and version where one job writes and the next one reads. */
  @Test
  void whatOneRunWritesTheNextOneReads() throws Exception {
    toFile();
    Run.Published<String> one = publish("one", input, RunLineageTest::dataset);
    Path run = Path.of(one.shown());
    for (String part : List.of("", "adapter", "predictions.jsonl")) {
      Path read = part.isEmpty() ? run : run.resolve(part);
      publish("after" + part, read, RunLineageTest::dataset);
      JsonNode start = written().get(written().size() - 2);
      assertThat(written().get(1).path("outputs"))
          .filteredOn(made -> made.path("name").equals(start.at("/inputs/0/name")))
          .singleElement()
          .satisfies(
              made ->
                  assertThat(made.at("/facets/version"))
                      .isEqualTo(start.at("/inputs/0/facets/version")));
    }
  }

  @Test
  void airflowsTaskIsTheParent() throws Exception {
    toServer();
    set("transport.auth.apiKey", "a-key");
    set("parentJobNamespace", "airflow");
    set("parentJobName", "radllama.ingest");
    set("parentRunId", PARENT);
    set("rootParentJobNamespace", "airflow");
    set("rootParentJobName", "radllama");
    set("rootParentRunId", ROOT);
    publish("one", input, RunLineageTest::dataset);
    assertThat(types(received)).containsExactly("START", "COMPLETE");
    assertThat(asked).containsEntry("path", "/api/v1/lineage").containsEntry("key", "Bearer a-key");
    JsonNode parent = received.get(1).at("/run/facets/parent");
    assertThat(parent.at("/run/runId").asText()).isEqualTo(PARENT);
    assertThat(parent.at("/job/name").asText()).isEqualTo("radllama.ingest");
    assertThat(parent.at("/root/run/runId").asText()).isEqualTo(ROOT);
    assertThat(Files.readString(folder.resolve("out/one/manifest.json"))).doesNotContain("a-key");
    assertThat(Files.readString(folder.resolve("out/one/timings.json"))).doesNotContain("a-key");
  }

  @Test
  void aFailureIsToldWithoutWordsOfOthers() throws Exception {
    toServer();
    assertThatThrownBy(
            () ->
                publish(
                    "one",
                    input,
                    run -> {
                      throw new IllegalStateException("the lungs are clear");
                    }))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(
            () ->
                publish(
                    "two",
                    input,
                    run -> {
                      throw JobFailure.diverged("step 3: loss NaN");
                    }))
        .isInstanceOf(JobFailure.class);
    assertThat(types(received)).containsExactly("START", "FAIL", "START", "FAIL");
    assertThat(received.get(1).at("/run/facets/errorMessage/message").asText())
        .isEqualTo("java.lang.IllegalStateException");
    assertThat(received.get(3).at("/run/facets/errorMessage/message").asText())
        .isEqualTo("step 3: loss NaN");
    assertThat(received.toString()).doesNotContain("lungs");
  }

  @Test
  void aRunThatIsDoneTellsNothing() throws Exception {
    publish("one", input, RunLineageTest::dataset);
    toServer();
    publish("one", input, RunLineageTest::dataset);
    assertThat(received).isEmpty();
  }

  @Test
  void aServerThatIsDownOrRefusesEndsNothing() throws Exception {
    toServer();
    answer = 503;
    assertThat(publish("one", input, RunLineageTest::dataset).value()).contains("done");
    server.stop(0);
    assertThat(publish("two", input, RunLineageTest::dataset).value()).contains("done");
    assertThat(received).hasSize(2);
    set("transport.type", "file");
    set("transport.location", folder.resolve("missing/events.jsonl").toString());
    assertThat(publish("three", input, RunLineageTest::dataset).value()).contains("done");
  }

  @Test
  void placesThatCannotBeAreSaidAtTheStart() {
    set("transport.type", "http");
    set("transport.url", "user:secret@host");
    assertThatThrownBy(() -> publish("one", input, RunLineageTest::dataset))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("transport.url")
        .hasMessageNotContaining("secret");
    set("transport.type", "file");
    assertThatThrownBy(() -> publish("one", input, RunLineageTest::dataset))
        .hasMessageContaining("transport.location");
  }
}
