package org.radllama.eval;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.radllama.eval.join.JoinCounts;
import org.radllama.eval.join.ReportJoin;
import org.radllama.eval.predict.ModelSystem;
import org.radllama.run.Json;

/** The {@code counts} of the manifest. */
final class EvalCounts {
  private EvalCounts() {}

  static ObjectNode json(Predictions answers, ReportJoin join) throws IOException {
    JoinCounts all = join.counts();
    long systems = join.systems().size();
    ObjectNode counts = Json.mapper().createObjectNode();
    counts.put("reports", all.reports());
    counts.put("scored", all.scored());
    counts.put("not_scored", all.reports() - all.scored());
    counts.put("systems", systems);
    counts.put("predictions", all.scored() * systems);
    counts.put("train", answers.set().map(set -> set.train().size()).orElse(0));
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
    ObjectNode scores = counts.putObject("imported_scores");
    for (ReportJoin.OfFile file : join.files()) {
      JsonNode met = Json.mapper().valueToTree(file.counts());
      if (file.metrics().isEmpty()) {
        imported.set(file.system(), met);
      } else {
        file.metrics().forEach(metric -> scores.withObject("/" + file.system()).set(metric, met));
      }
    }
    return counts;
  }
}
