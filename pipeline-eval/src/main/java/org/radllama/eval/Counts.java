package org.radllama.eval;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.radllama.eval.predict.ImportedPredictions;
import org.radllama.eval.predict.ModelSystem;
import org.radllama.eval.report.EvalOutcome;
import org.radllama.ingest.run.Json;

/** The {@code counts} of the manifest. */
final class Counts {
  private Counts() {}

  static ObjectNode json(Answers answers, EvalOutcome outcome) {
    int predictions = outcome.scores().predictions().size();
    int systems = answers.systems().size();
    int scored = predictions / systems;
    if (scored * systems != predictions || scored > answers.set().items().size()) {
      throw new IllegalStateException(
          "%d predictions of %d systems for %d reports"
              .formatted(predictions, systems, answers.set().items().size()));
    }
    ObjectNode counts = Json.mapper().createObjectNode();
    counts.put("reports", answers.set().items().size());
    counts.put("scored", scored);
    counts.put("not_scored", answers.set().items().size() - scored);
    counts.put("systems", systems);
    counts.put("predictions", predictions);
    counts.put("train", answers.set().train().size());
    ObjectNode generated = counts.putObject("generated");
    for (ModelSystem.Generated model : answers.generated()) {
      generated
          .putObject(model.answers().name())
          .put("prompts", model.answers().byId().size())
          .put("prompts_shortened", model.shortened())
          .put("unfinished", model.unfinished())
          .put("new_tokens", model.newTokens());
    }
    ObjectNode imported = counts.putObject("imported");
    for (ImportedPredictions.Joined joined : answers.imported()) {
      imported
          .putObject(joined.answers().name())
          .put("read", joined.read())
          .put("kept", joined.answers().byId().size())
          .put("extra", joined.count(ImportedPredictions.Kind.EXTRA))
          .put("duplicate", joined.count(ImportedPredictions.Kind.DUPLICATE))
          .put("missing", joined.count(ImportedPredictions.Kind.MISSING));
    }
    return counts;
  }
}
