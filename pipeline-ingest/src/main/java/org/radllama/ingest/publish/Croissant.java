package org.radllama.ingest.publish;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.Collectors;
import org.radllama.run.Digests;
import org.radllama.run.Json;

/**
 * The dataset described in Croissant 1.1 (MLCommons), so that loaders find its files, columns and
 * splits. What is the same for all datasets is in {@code croissant.json}, whose context is the
 * specification's own (appendix 1).
 */
public final class Croissant {
  private static final String JSON_LINES = "application/jsonlines";

  private final CardSettings settings;
  private final List<Corpora.Corpus> corpora;
  private final String runId;
  private final List<TrainingFormat> formats;

  /**
   * The description of a run's dataset.
   *
   * @param formats the further forms that it has
   */
  public Croissant(
      CardSettings settings, IngestTally tally, String runId, List<TrainingFormat> formats) {
    this.settings = settings;
    this.corpora = tally.names().stream().map(name -> Corpora.of(name, settings.claims())).toList();
    this.runId = runId;
    this.formats = List.copyOf(formats);
  }

  /**
   * The whole document.
   *
   * @param files the dataset files below the run directory, with their digests
   */
  public ObjectNode json(List<Digests.Entry> files) {
    String id = "urn:radllama:ingest:" + runId;
    ObjectNode node = Json.shipped(Croissant.class, "croissant.json", ObjectNode.class);
    node.put("@id", id);
    node.put("name", settings.name());
    node.put("description", settings.description());
    node.put("url", settings.url().isEmpty() ? id : settings.url());
    node.put("version", settings.version());
    node.put("datePublished", published());
    node.withObject("/creator").put("name", settings.creator());
    ArrayNode licences = node.withArray("license");
    for (Corpora.Corpus corpus : corpora) {
      licences.add(corpus.licenceUrl().isEmpty() ? corpus.licence() : corpus.licenceUrl());
    }
    language(node);
    node.put(
        "citeAs",
        corpora.stream()
            .map(Corpora.Corpus::cite)
            .filter(cite -> !cite.isEmpty())
            .collect(Collectors.joining(" ")));
    // What is not known is left out: readers refuse empty dates.
    for (String optional : List.of("datePublished", "citeAs")) {
      if (node.path(optional).asText().isEmpty()) {
        node.remove(optional);
      }
    }
    ArrayNode distribution = node.withArray("distribution");
    formats.forEach(format -> lines(distribution.addObject(), format));
    distribution(distribution, files);
    return node;
  }

  /** Says the language of all corpora; nothing where it is not known of each. */
  private void language(ObjectNode node) {
    List<String> languages = corpora.stream().map(Corpora.Corpus::language).distinct().toList();
    if (languages.contains(Corpora.NOT_STATED)) {
      node.remove("inLanguage");
    } else if (languages.size() == 1) {
      node.put("inLanguage", languages.get(0));
    } else {
      ArrayNode all = node.putArray("inLanguage");
      languages.forEach(all::add);
    }
  }

  /** A clock would change the bytes, so the default is the newest corpus's own date. */
  private String published() {
    return settings.datePublished().isEmpty()
        ? corpora.stream().map(Corpora.Corpus::published).max(String::compareTo).orElse("")
        : settings.datePublished();
  }

  /** A form of the lines is a set of files whose columns need no description of their own. */
  private static void lines(ObjectNode set, TrainingFormat format) {
    String id = format.folder() + "-files";
    set.put("@type", "cr:FileSet");
    set.put("@id", id);
    set.put("name", id);
    set.put(
        "description",
        "The same examples with the columns %s.".formatted(String.join(", ", format.columns())));
    set.put("encodingFormat", JSON_LINES);
    set.put("includes", format.folder() + "/*.jsonl");
  }

  /** Puts the files in front of the set that they are. */
  private static void distribution(ArrayNode distribution, List<Digests.Entry> files) {
    for (int i = 0; i < files.size(); i++) {
      Digests.Entry file = files.get(i);
      ObjectNode node = distribution.insertObject(i);
      node.put("@type", "cr:FileObject");
      node.put("@id", file.path());
      node.put("name", file.path());
      node.put("contentUrl", file.path());
      node.put("contentSize", file.bytes() + " B");
      node.put(
          "encodingFormat",
          file.path().endsWith(".parquet") ? "application/x-parquet" : JSON_LINES);
      node.put("sha256", file.sha256());
    }
  }
}
