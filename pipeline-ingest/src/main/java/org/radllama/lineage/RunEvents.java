package org.radllama.lineage;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The events of one run, by OpenLineage 2-0-2. They hold names, paths, digests, counts and versions
 * and no report text.
 */
public final class RunEvents {
  /** How a run goes on. */
  public enum Type {
    START,
    COMPLETE,
    FAIL,
    /** Ended from outside. */
    ABORT
  }

  private static final String SPEC = "https://openlineage.io/spec/";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final LineageSettings settings;
  private final String runId;
  private final String job;
  private final String radllama;
  private final String spark;
  private final String producer;

  /**
   * The events of a run that begins now.
   *
   * @param job {@code ingest}, {@code train}, ...
   * @param radllama this project's version
   * @param spark Spark's version
   */
  public RunEvents(LineageSettings settings, String job, String radllama, String spark) {
    this.settings = settings;
    this.runId = UUID.randomUUID().toString();
    this.job = job;
    this.radllama = radllama;
    this.spark = spark;
    this.producer = "urn:radllama:" + radllama;
  }

  /**
   * One event.
   *
   * @param name the run-id, which people know the run by
   * @param error why it failed; never with report text
   */
  public ObjectNode event(
      Type type,
      String name,
      List<LineageDataset> inputs,
      List<LineageDataset> outputs,
      Optional<String> error) {
    ObjectNode event = MAPPER.createObjectNode();
    event.put("eventType", type.name());
    event.put("eventTime", Instant.now().toString());
    event.put("producer", producer);
    event.put("schemaURL", SPEC + "2-0-2/OpenLineage.json#/$defs/RunEvent");
    ObjectNode run = event.putObject("run");
    run.put("runId", runId);
    ObjectNode facets = run.putObject("facets");
    facet(facets, "processing_engine", "1-1-1/ProcessingEngineRunFacet")
        .put("name", "spark")
        .put("version", spark)
        .put("openlineageAdapterVersion", radllama);
    own(facets, "radllama_run").put("run_id", name);
    settings.parent().ifPresent(parent -> parent(facets, parent));
    error.ifPresent(
        message ->
            facet(facets, "errorMessage", "1-0-1/ErrorMessageRunFacet")
                .put("message", message)
                .put("programmingLanguage", "JAVA"));
    ObjectNode of = event.putObject("job");
    of.put("namespace", settings.namespace()).put("name", "radllama." + job);
    facet(of.putObject("facets"), "jobType", "2-0-4/JobTypeJobFacet")
        .put("processingType", "BATCH")
        .put("integration", "RADLLAMA")
        .put("jobType", "JOB");
    ArrayNode read = event.putArray("inputs");
    inputs.forEach(dataset -> input(dataset, read.addObject()));
    ArrayNode written = event.putArray("outputs");
    outputs.forEach(dataset -> output(dataset, written.addObject()));
    return event;
  }

  private void parent(ObjectNode facets, Parent parent) {
    ObjectNode facet = facet(facets, "parent", "1-2-0/ParentRunFacet");
    identify(facet, parent);
    identify(facet.putObject("root"), settings.root().orElse(parent));
  }

  private static void identify(ObjectNode node, Parent of) {
    node.putObject("run").put("runId", of.runId());
    node.putObject("job").put("namespace", of.namespace()).put("name", of.name());
  }

  private void input(LineageDataset dataset, ObjectNode node) {
    describe(dataset, node);
    if (dataset.files() == 0) {
      // A table, whose files nobody counts.
      return;
    }
    ObjectNode quality =
        facet(
            node.putObject("inputFacets"),
            "dataQualityMetrics",
            "1-0-3/DataQualityMetricsInputDatasetFacet");
    quality.put("bytes", dataset.bytes()).put("fileCount", dataset.files());
    quality.putObject("columnMetrics");
  }

  private void output(LineageDataset dataset, ObjectNode node) {
    describe(dataset, node);
    ObjectNode size =
        facet(
            node.putObject("outputFacets"),
            "outputStatistics",
            "1-0-2/OutputStatisticsOutputDatasetFacet");
    dataset.rows().ifPresent(rows -> size.put("rowCount", rows));
    size.put("size", dataset.bytes()).put("fileCount", dataset.files());
  }

  private void describe(LineageDataset dataset, ObjectNode node) {
    node.put("namespace", dataset.namespace()).put("name", dataset.name());
    ObjectNode facets = node.putObject("facets");
    facet(facets, "version", "1-0-1/DatasetVersionDatasetFacet")
        .put("datasetVersion", dataset.version());
    if (!dataset.columns().isEmpty()) {
      ArrayNode fields = facet(facets, "schema", "1-2-0/SchemaDatasetFacet").putArray("fields");
      dataset
          .columns()
          .forEach((name, type) -> fields.addObject().put("name", name).put("type", type));
    }
    dataset.counts().ifPresent(counts -> own(facets, "radllama_counts").set("counts", counts));
  }

  private ObjectNode facet(ObjectNode facets, String name, String schema) {
    return facets
        .putObject(name)
        .put("_producer", producer)
        .put("_schemaURL", SPEC + "facets/" + schema + ".json");
  }

  /** A facet that OpenLineage does not have. */
  private ObjectNode own(ObjectNode facets, String name) {
    return facets
        .putObject(name)
        .put("_producer", producer)
        .put("_schemaURL", "urn:radllama:facet:" + name);
  }
}
