package org.radllama.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.radllama.eval.predict.Generation;
import org.radllama.eval.predict.Neighbours;
import org.radllama.eval.request.RequestTable;
import org.radllama.run.RunInput;
import org.radllama.run.SettingReader;
import org.radllama.run.Settings;

/**
 * What a generation does, checked.
 *
 * @param output where and under which name it is published
 * @param reports findings, a Hadoop path
 * @param table which columns they stand in
 * @param baseModel a checkpoint directory
 * @param adapter a directory, or empty for the bare base
 * @param dataset an ingest run, if there is one
 * @param system what the predictions call the model
 * @param generation how it writes
 * @param settings the effective configuration, for the manifest
 */
record GenerateConfig(
    EvalConfig.Output output,
    String reports,
    RequestTable table,
    String baseModel,
    Optional<String> adapter,
    Optional<String> dataset,
    String system,
    Generation generation,
    Settings settings) {

  /**
   * Reads settings and flags.
   *
   * @throws org.radllama.run.JobFailure exit 2, naming everything that cannot be
   */
  static GenerateConfig of(Settings settings, GenerateFlags flags) {
    SettingReader r = new SettingReader(settings);
    r.require(flags.reports != null, "--reports PATH is missing");
    r.require(flags.baseModel != null, "--base-model DIR is missing");
    SystemNames.require(r, "system", r.text("system"));
    Neighbours neighbours =
        r.made(
            () ->
                new Neighbours(r.atLeast(1, "neighbours.count"), r.number("neighbours.sharpness")),
            null);
    Generation generation =
        Generation.of(r.at("generate"), settings.reference().getConfig("generate"), neighbours);
    r.require(
        flags.dataset != null
            || generation.consensus().filter(rule -> rule.neighbourWeight() > 0).isEmpty(),
        "generate.neighbour-weight is %s, which needs the train reports of a --dataset; 0 does not",
        r.number("generate.neighbour-weight"));
    GenerateConfig config =
        new GenerateConfig(
            new EvalConfig.Output(flags.out, Optional.ofNullable(flags.runId), flags.dryRun),
            flags.reports,
            RequestTable.of(r),
            flags.baseModel,
            Optional.ofNullable(flags.adapter),
            Optional.ofNullable(flags.dataset),
            r.text("system"),
            generation,
            settings);
    r.report();
    return config;
  }

  /** Everything that is read, for the manifest. */
  List<RunInput> inputs() {
    List<RunInput> inputs = new ArrayList<>();
    inputs.add(new RunInput("reports", reports));
    inputs.add(new RunInput("base-model", baseModel));
    adapter.ifPresent(dir -> inputs.add(new RunInput("adapter", dir)));
    dataset.ifPresent(dir -> inputs.add(new RunInput("dataset", dir)));
    return inputs;
  }
}
