package org.radllama.eval;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.radllama.eval.predict.Baseline;
import org.radllama.eval.predict.Baselines;
import org.radllama.eval.predict.EvaluationSet;
import org.radllama.eval.predict.ImportedFile;
import org.radllama.eval.predict.ImportedPredictions;
import org.radllama.eval.predict.ModelSystem;
import org.radllama.eval.predict.SystemAnswers;
import org.radllama.ingest.instruct.InstructionDataset;
import org.radllama.ingest.run.JobContext;

/**
 * The reports under evaluation and what every system says about them.
 *
 * @param set the reports
 * @param dataset the ingest run's id, if a dataset is given
 * @param systems models first, then imported files, then baselines
 * @param generated the models' answers with what was counted on the way
 * @param imported the joined files
 */
record Answers(
    EvaluationSet set,
    Optional<String> dataset,
    List<SystemAnswers> systems,
    List<ModelSystem.Generated> generated,
    List<ImportedPredictions.Joined> imported) {
  static final String BASE = "base";

  static Answers collect(JobContext context, JavaSparkContext spark, EvalConfig config)
      throws IOException {
    EvalConfig.Systems asked = config.systems();
    List<ImportedFile> files = new ArrayList<>();
    for (Map.Entry<String, String> file : asked.predictions().entrySet()) {
      files.add(ImportedFile.read(context.hadoop(), file.getKey(), file.getValue()));
    }
    Optional<InstructionDataset> dataset = Optional.empty();
    EvaluationSet set;
    if (asked.dataset().isPresent()) {
      dataset = Optional.of(InstructionDataset.open(context.hadoop(), asked.dataset().get()));
      set = EvaluationSet.of(dataset.get(), asked.split());
    } else {
      set = ImportedPredictions.itemsOf(files);
    }
    List<ModelSystem.Generated> generated = generated(spark, config, set);
    List<SystemAnswers> systems = new ArrayList<>();
    generated.forEach(model -> systems.add(model.answers()));
    List<ImportedPredictions.Joined> imported =
        files.stream().map(f -> ImportedPredictions.join(f, set.items())).toList();
    imported.forEach(joined -> systems.add(joined.answers()));
    Baselines baselines = new Baselines(spark, set);
    for (Baseline baseline : asked.baselines()) {
      systems.add(baselines.answers(baseline));
    }
    return new Answers(set, dataset.map(InstructionDataset::runId), systems, generated, imported);
  }

  private static List<ModelSystem.Generated> generated(
      JavaSparkContext spark, EvalConfig config, EvaluationSet set) throws IOException {
    EvalConfig.Systems asked = config.systems();
    List<ModelSystem.Generated> generated = new ArrayList<>();
    if (asked.baseModel().isEmpty()) {
      return generated;
    }
    try (ModelSystem model =
        ModelSystem.open(spark, asked.baseModel().get(), config.generation())) {
      for (Map.Entry<String, String> adapter : asked.adapters().entrySet()) {
        generated.add(model.adapted(adapter.getKey(), adapter.getValue(), set));
      }
      if (asked.base()) {
        generated.add(model.base(BASE, List.copyOf(asked.adapters().values()), set));
      }
    }
    return generated;
  }
}
