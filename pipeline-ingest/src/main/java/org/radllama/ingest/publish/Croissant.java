package org.radllama.ingest.publish;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;
import org.radllama.dataset.Split;
import org.radllama.run.Digests;
import org.radllama.run.Json;

/**
 * The dataset described in Croissant 1.1 (MLCommons), so that loaders find its files, columns and
 * splits. The context is the specification's own (appendix 1).
 */
public final class Croissant {
  private static final String VERSION = "http://mlcommons.org/croissant/1.1";
  private static final String[] TERMS =
      ("annotation arrayShape citeAs column containedIn equivalentProperty excludes extract "
              + "field fileProperty fileObject fileSet format includes isArray isLiveDataset jsonPath "
              + "key md5 parentField recordSet references regex readLines sdVersion separator source "
              + "subField transform unArchive value")
          .split(" ");

  private final CardSettings settings;
  private final Set<String> sources;
  private final String runId;

  /** The description of a run's dataset. */
  public Croissant(CardSettings settings, IngestTally tally, String runId) {
    this.settings = settings;
    this.sources = tally.names();
    this.runId = runId;
  }

  /**
   * The whole document.
   *
   * @param files the dataset files below the run directory, with their digests
   */
  public ObjectNode json(List<Digests.Entry> files) {
    ObjectNode node = Json.mapper().createObjectNode();
    node.set("@context", context());
    node.put("@type", "sc:Dataset");
    node.put("@id", "urn:radllama:ingest:" + runId);
    node.put("conformsTo", VERSION);
    node.put("name", settings.name());
    node.put("description", settings.description());
    node.put("url", settings.url().isEmpty() ? "urn:radllama:ingest:" + runId : settings.url());
    node.put("version", settings.version());
    node.put("datePublished", published());
    node.putObject("creator").put("@type", "sc:Organization").put("name", settings.creator());
    terms(node);
    node.putArray("keywords").add("radiology").add("reports").add("summarization");
    node.put("inLanguage", "en");
    node.put("isLiveDataset", false);
    distribution(node.putArray("distribution"), files);
    node.putArray("recordSet").add(splits()).add(examples());
    return node;
  }

  private static ObjectNode context() {
    ObjectNode context = Json.mapper().createObjectNode();
    context.put("@language", "en");
    context.put("@vocab", "http://schema.org/");
    context.put("sc", "http://schema.org/");
    context.put("cr", "http://mlcommons.org/croissant/");
    context.put("rai", "http://mlcommons.org/croissant/RAI/");
    context.put("dct", "http://purl.org/dc/terms/");
    context.put("conformsTo", "dct:conformsTo");
    context.putObject("data").put("@id", "cr:data").put("@type", "@json");
    context.putObject("dataType").put("@id", "cr:dataType").put("@type", "@vocab");
    context.putObject("examples").put("@id", "cr:examples").put("@type", "@json");
    for (String term : TERMS) {
      context.put(term, "cr:" + term);
    }
    return context;
  }

  /** A clock would change the bytes, so the default is the newest corpus's own date. */
  private String published() {
    if (!settings.datePublished().isEmpty()) {
      return settings.datePublished();
    }
    return sources.stream().map(s -> Corpora.of(s).published()).max(String::compareTo).orElse("");
  }

  private void terms(ObjectNode node) {
    ArrayNode licences = node.putArray("license");
    ArrayNode cites = Json.mapper().createArrayNode();
    for (String source : sources) {
      Corpora.Corpus corpus = Corpora.of(source);
      licences.add(corpus.licenceUrl().isEmpty() ? corpus.licence() : corpus.licenceUrl());
      if (!corpus.cite().isEmpty()) {
        cites.add(corpus.cite());
      }
    }
    StringBuilder cite = new StringBuilder();
    cites.forEach(c -> cite.append(cite.isEmpty() ? "" : " ").append(c.asText()));
    node.put("citeAs", cite.toString());
  }

  private static void distribution(ArrayNode distribution, List<Digests.Entry> files) {
    for (Digests.Entry file : files) {
      ObjectNode node = distribution.addObject();
      node.put("@type", "cr:FileObject");
      node.put("@id", file.path());
      node.put("name", file.path());
      node.put("contentUrl", file.path());
      node.put("contentSize", file.bytes() + " B");
      node.put(
          "encodingFormat",
          file.path().endsWith(".parquet")
              ? "application/vnd.apache.parquet"
              : "application/jsonl");
      node.put("sha256", file.sha256());
    }
    ObjectNode set = distribution.addObject();
    set.put("@type", "cr:FileSet");
    set.put("@id", "parquet-files");
    set.put("name", "parquet-files");
    set.put("description", "The examples, one folder a split.");
    set.put("encodingFormat", "application/vnd.apache.parquet");
    set.put("includes", "parquet/split=*/*.parquet");
  }

  private static ObjectNode splits() {
    ObjectNode set = Json.mapper().createObjectNode();
    set.put("@type", "cr:RecordSet");
    set.put("@id", "splits");
    set.put("name", "splits");
    set.put("dataType", "cr:Split");
    set.putObject("key").put("@id", "splits/name");
    ArrayNode fields = set.putArray("field");
    field(fields, "splits", "name").put("dataType", "sc:Text");
    field(fields, "splits", "url").put("dataType", "cr:Split");
    ArrayNode data = set.putArray("data");
    for (Split split : Split.values()) {
      data.addObject().put("splits/name", split.label()).put("splits/url", url(split));
    }
    return set;
  }

  private static String url(Split split) {
    return switch (split) {
      case TRAIN -> "cr:TrainingSplit";
      case VALIDATE -> "cr:ValidationSplit";
      case TEST -> "cr:TestSplit";
    };
  }

  private static ObjectNode examples() {
    ObjectNode set = Json.mapper().createObjectNode();
    set.put("@type", "cr:RecordSet");
    set.put("@id", "examples");
    set.put("name", "examples");
    set.put("description", "Findings to Impression instruction examples.");
    set.putObject("key").put("@id", "examples/id");
    ArrayNode fields = set.putArray("field");
    for (String column : ParquetPart.COLUMNS) {
      ObjectNode field = field(fields, "examples", column);
      if (column.equals("label")) {
        field.putArray("dataType").add("sc:Text").add("cr:Label");
      } else {
        field.put("dataType", "sc:Text");
      }
      ObjectNode source = field.putObject("source");
      source.putObject("fileSet").put("@id", "parquet-files");
      source.putObject("extract").put("column", column);
    }
    ObjectNode split = field(fields, "examples", "split");
    split.put("dataType", "sc:Text");
    ObjectNode source = split.putObject("source");
    source.putObject("fileSet").put("@id", "parquet-files");
    source.putObject("extract").put("fileProperty", "fullpath");
    source.putObject("transform").put("regex", ".*split=(train|validate|test)/[^/]*\\.parquet$");
    split.putObject("references").put("@id", "splits/name");
    return set;
  }

  private static ObjectNode field(ArrayNode fields, String recordSet, String column) {
    ObjectNode field = fields.addObject();
    field.put("@type", "cr:Field");
    field.put("@id", recordSet + "/" + column);
    field.put("name", column);
    return field;
  }
}
