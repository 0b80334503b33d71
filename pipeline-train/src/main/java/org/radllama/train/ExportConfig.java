package org.radllama.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.radllama.run.RunInput;
import org.radllama.run.SettingReader;
import org.radllama.run.Settings;
import org.radllama.run.ShippedFiles;
import org.radllama.train.cluster.ClusterSettings;
import org.radllama.train.export.ModelCard;

/**
 * The settings of {@link ExportJob}, checked; {@code conf/export.conf} says what each means.
 *
 * @param baseModel directory of the base
 * @param adapter directory of the adapter
 * @param baseModelId what the adapter calls its base, or empty for what it did so far
 * @param scores an evaluation of it, for the card
 * @param system the adapter's name in it, or empty to look for it
 * @param whats what is written, at least one
 * @param name the model's name, or empty for the run-id
 */
record ExportConfig(
    String baseModel,
    String adapter,
    Optional<String> baseModelId,
    Optional<String> scores,
    Optional<String> system,
    Set<What> whats,
    Optional<String> name,
    Handover.Form form,
    ModelCard.Terms terms) {

  /** What is written. */
  enum What {
    ADAPTER,
    MERGED,
    GGUF,
    GGUF_ADAPTER
  }

  /**
   * Reads the settings.
   *
   * @throws org.radllama.run.JobFailure exit 2, naming every setting that cannot be
   */
  static ExportConfig of(Settings settings) {
    SettingReader r = new SettingReader(settings);
    for (String flag : List.of("base-model", "adapter")) {
      r.require(r.optionalText(flag).isPresent(), "--%s DIR is missing", flag);
    }
    Optional<String> scores = path(r, "scores");
    Optional<String> system = r.optionalText("system");
    r.require(
        system.isEmpty() || scores.isPresent(), "system names one of --scores, which is missing");
    ExportConfig config =
        new ExportConfig(
            path(r, "base-model").orElse(""),
            path(r, "adapter").orElse(""),
            r.optionalText("base-model-id"),
            scores,
            system,
            whats(r),
            r.optionalText("name"),
            TrainConfig.form(r),
            ModelCard.Terms.of(r.at("card")));
    r.require(
        scores.isEmpty()
            || config.whats.contains(What.ADAPTER)
            || config.whats.contains(What.MERGED),
        "--scores goes into the card beside an adapter or a merged model, but export is %s",
        r.text("export"));
    r.report();
    return config;
  }

  private static Set<What> whats(SettingReader r) {
    List<String> words = Arrays.stream(What.values()).map(SettingReader::word).toList();
    Set<What> whats = EnumSet.noneOf(What.class);
    for (String given : r.text("export").split(",", -1)) {
      int at = words.indexOf(given.strip());
      r.require(
          at >= 0, "export must be one or more of %s, separated by commas, not %s", words, given);
      if (at >= 0) {
        whats.add(What.values()[at]);
      }
    }
    return whats;
  }

  private static Optional<String> path(SettingReader r, String key) {
    return r.optionalText(key).map(ClusterSettings::shipped);
  }

  /** Inputs that spark-submit ships, which only a running session has. */
  static boolean needsShipped(Settings settings) {
    return List.of("base-model", "adapter", "scores").stream()
        .anyMatch(key -> ShippedFiles.names(settings.sound().getString(key)));
  }

  /** All that is read, for the manifest. */
  List<RunInput> inputs() {
    List<RunInput> inputs = new ArrayList<>();
    inputs.add(new RunInput("base-model", baseModel));
    inputs.add(new RunInput(Handover.ADAPTER, adapter));
    scores.ifPresent(run -> inputs.add(new RunInput("scores", run)));
    return inputs;
  }
}
