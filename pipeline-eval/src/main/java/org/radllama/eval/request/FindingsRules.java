package org.radllama.eval.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.radllama.dataset.InstructionDataset;
import org.radllama.ingest.IngestConfig;
import org.radllama.ingest.clean.CleaningRules;
import org.radllama.run.Json;
import org.radllama.run.SettingReader;
import org.radllama.run.Settings;
import org.radllama.train.export.TrainingFacts;

/**
 * The cleaning rules under which a model saw the reports that it learned from.
 *
 * @param from who says so, for people
 * @param settings the settings below {@code clean} of ingest
 * @param rules what they mean
 */
public record FindingsRules(String from, JsonNode settings, CleaningRules rules) {
  /**
   * Finds them: the dataset's, else those beside the model, else ingest's own defaults.
   *
   * @param model directory of the adapter, or of the model where there is none
   * @throws org.radllama.failure.BadInputException when the dataset is none
   */
  public static FindingsRules find(Configuration hadoop, Optional<String> dataset, String model)
      throws IOException {
    Config defaults =
        Settings.load("ingest", Optional.empty(), List.of(), Map.of())
            .reference()
            .getConfig("clean");
    if (dataset.isPresent()) {
      InstructionDataset run = InstructionDataset.open(hadoop, dataset.get());
      JsonNode clean = run.manifest().path("configuration").path("clean");
      if (clean.isObject()) {
        return of("dataset " + run.runId(), clean, defaults);
      }
    }
    Path dir = new Path(model);
    Optional<TrainingFacts> facts = TrainingFacts.read(dir.getFileSystem(hadoop), dir);
    if (facts.isPresent()) {
      JsonNode trained = facts.get().json().path("dataset");
      if (trained.path("clean").isObject()) {
        return of(
            "dataset %s, by the model's training.json".formatted(trained.path("run_id").asText()),
            trained.path("clean"),
            defaults);
      }
    }
    return of(
        "ingest's defaults, since the model does not say",
        Json.mapper().createObjectNode(),
        defaults);
  }

  /** Settings that came later than the dataset are as they were without them: at their defaults. */
  private static FindingsRules of(String from, JsonNode clean, Config defaults) throws IOException {
    Config config = ConfigFactory.parseString(clean.toString()).withFallback(defaults);
    SettingReader reader = new SettingReader(config);
    CleaningRules rules = IngestConfig.cleaning(reader);
    reader.report();
    JsonNode settings = Json.mapper().valueToTree(config.root().unwrapped());
    return new FindingsRules(from, settings, rules);
  }

  /** One line for a person. */
  public String line() {
    return "findings are cleaned by the rules of %s: second-report %s, %s"
        .formatted(
            from,
            SettingReader.word(rules.secondReport()),
            rules.rewrites().isEmpty()
                ? "nothing rewritten"
                : String.join(
                    ", ", rules.rewrites().stream().map(SettingReader::word).sorted().toList()));
  }
}
