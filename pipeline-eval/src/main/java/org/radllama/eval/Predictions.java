package org.radllama.eval;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.radllama.dataset.InstructionDataset;
import org.radllama.eval.predict.Baseline;
import org.radllama.eval.predict.Baselines;
import org.radllama.eval.predict.ConsensusRule;
import org.radllama.eval.predict.EvaluationSet;
import org.radllama.eval.predict.KeptTexts;
import org.radllama.eval.predict.ModelSystem;
import org.radllama.eval.predict.SystemAnswers;
import org.radllama.run.JobContext;

/**
 * The reports under evaluation and what is said about them here.
 *
 * @param set the reports; empty when imported predictions bring their references
 * @param dataset the ingest run's id, if a dataset is given
 * @param local models first, then baselines
 * @param generated the models' answers with what was counted on the way
 */
record Predictions(
    Optional<EvaluationSet> set,
    Optional<String> dataset,
    List<SystemAnswers> local,
    List<ModelSystem.Generated> generated) {
  static final String BASE = "base";

  static Predictions collect(
      JobContext context, JavaSparkContext spark, EvalConfig config, KeptTexts kept)
      throws IOException {
    EvalConfig.Systems asked = config.systems();
    if (asked.dataset().isEmpty()) {
      return new Predictions(Optional.empty(), Optional.empty(), List.of(), List.of());
    }
    InstructionDataset dataset = InstructionDataset.open(context.hadoop(), asked.dataset().get());
    EvaluationSet set = EvaluationSet.of(dataset, asked.split());
    List<ModelSystem.Generated> generated = generated(spark, config, set, kept);
    List<SystemAnswers> local = new ArrayList<>();
    generated.forEach(model -> local.add(model.answers()));
    Baselines baselines = new Baselines(spark, set, config.neighbours());
    for (Baseline baseline : asked.baselines()) {
      local.add(baselines.answers(baseline));
    }
    return new Predictions(Optional.of(set), Optional.of(dataset.runId()), local, generated);
  }

  private static List<ModelSystem.Generated> generated(
      JavaSparkContext spark, EvalConfig config, EvaluationSet set, KeptTexts kept)
      throws IOException {
    EvalConfig.Systems asked = config.systems();
    List<ModelSystem.Generated> generated = new ArrayList<>();
    if (asked.baseModel().isEmpty()) {
      return generated;
    }
    try (ModelSystem model =
        new ModelSystem(spark, asked.baseModel().get(), config.generation(), Optional.of(kept))) {
      for (Map.Entry<String, String> adapter : asked.adapters().entrySet()) {
        generated.add(model.adapted(adapter.getKey(), adapter.getValue(), set));
      }
      String pool = config.generation().consensus().map(ConsensusRule::pool).orElse("");
      if (!pool.isEmpty()) {
        generated.add(model.pooled(pool, generated, set));
      }
      if (asked.base()) {
        generated.add(model.base(BASE, List.copyOf(asked.adapters().values()), set));
      }
    }
    return generated;
  }
}
