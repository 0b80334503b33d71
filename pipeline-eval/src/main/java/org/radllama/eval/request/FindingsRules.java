package org.radllama.eval.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.radllama.dataset.InstructionDataset;
import org.radllama.ingest.IngestConfig;
import org.radllama.ingest.clean.CleaningRules;
import org.radllama.ingest.clean.TextCleaning;
import org.radllama.run.Json;
import org.radllama.run.SettingReader;
import org.radllama.run.Settings;
import org.radllama.train.export.TrainingFacts;

/**
 * The rules under which a model saw the reports that it learned from.
 *
 * @param from who says so, for people
 * @param settings the settings below {@code clean} of ingest, and two of {@code reports}
 * @param texts how findings are taken out of what their export wrapped them in
 * @param rules how they are cleaned after that
 */
public record FindingsRules(
    String from, JsonNode settings, TextCleaning texts, CleaningRules rules) {
  private static final List<String> TEXTS = List.of("decode", "cut-signatures");

  /**
   * Finds them: the dataset's, else those beside the model, else ingest's own defaults.
   *
   * @param model directory of the adapter, or of the model where there is none
   * @throws org.radllama.failure.BadInputException when the dataset is none
   */
  public static FindingsRules find(Configuration hadoop, Optional<String> dataset, String model)
      throws IOException {
    Config defaults = Settings.load("ingest", Optional.empty(), List.of(), Map.of()).reference();
    if (dataset.isPresent()) {
      InstructionDataset run = InstructionDataset.open(hadoop, dataset.get());
      JsonNode configuration = run.manifest().path("configuration");
      if (configuration.path("clean").isObject()) {
        return of("dataset " + run.runId(), configuration, defaults);
      }
    }
    Path dir = new Path(model);
    Optional<TrainingFacts> facts = TrainingFacts.read(dir.getFileSystem(hadoop), dir);
    if (facts.isPresent()) {
      JsonNode trained = facts.get().json().path("dataset");
      if (trained.path("clean").isObject()) {
        return of(
            "dataset %s, by the model's training.json".formatted(trained.path("run_id").asText()),
            trained,
            defaults);
      }
    }
    return of(
        "ingest's defaults, since the model records none",
        Json.mapper().createObjectNode(),
        defaults);
  }

  /** Settings that came later than the dataset are as they were without them: at their defaults. */
  private static FindingsRules of(String from, JsonNode dataset, Config defaults)
      throws IOException {
    Config clean = below("clean", dataset, defaults);
    Config reports = below("reports", dataset, defaults);
    SettingReader cleaning = new SettingReader(clean);
    CleaningRules rules = IngestConfig.cleaning(cleaning);
    cleaning.report();
    SettingReader reading = new SettingReader(reports);
    TextCleaning texts = IngestConfig.texts(reading, Set.of(Requests.SOURCE));
    reading.report();
    ObjectNode settings = Json.mapper().createObjectNode();
    settings.set("clean", Json.mapper().valueToTree(clean.root().unwrapped()));
    ObjectNode two = settings.putObject("reports");
    TEXTS.forEach(
        key -> two.set(key, Json.mapper().valueToTree(reports.getValue(key).unwrapped())));
    return new FindingsRules(from, settings, texts, rules);
  }

  private static Config below(String key, JsonNode dataset, Config defaults) {
    JsonNode own = dataset.path(key);
    return ConfigFactory.parseString(own.isObject() ? own.toString() : "{}")
        .withFallback(defaults.getConfig(key));
  }

  /** One line for a person. */
  public String line() {
    return "findings are cleaned by the rules of %s: decoded %s, second-report %s, %s"
        .formatted(
            from,
            texts.rules().isEmpty()
                ? "nothing"
                : String.join(", ", texts.rules().stream().map(SettingReader::word).toList()),
            SettingReader.word(rules.secondReport()),
            rules.rewrites().isEmpty()
                ? "nothing rewritten"
                : String.join(
                    ", ", rules.rewrites().stream().map(SettingReader::word).sorted().toList()));
  }
}
