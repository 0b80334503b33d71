package org.radllama.eval.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.radllama.eval.compare.Comparison;
import org.radllama.eval.score.Summary;
import org.radllama.run.Json;

/**
 * {@code metrics.json}: {@code signature}, {@code signatures} of single scores, {@code
 * systems.NAME.DATASET.SPLIT.SUBSET.METRIC = {mean, low, high, n}} and {@code comparisons}. The
 * same bytes for the same predictions and settings.
 */
final class MetricsJson {
  private MetricsJson() {}

  static ObjectNode of(EvalOutcome outcome) {
    ObjectNode root = Json.mapper().createObjectNode();
    root.put("signature", outcome.signature());
    ObjectNode signatures = root.putObject("signatures");
    outcome.metrics().signatures(outcome.counts().references()).forEach(signatures::put);
    ObjectNode systems = root.putObject("systems");
    outcome
        .summaries()
        .systems()
        .forEach(
            (system, corpora) -> {
              ObjectNode ofSystem = systems.putObject(system);
              corpora.forEach(
                  (corpus, subsets) -> {
                    ObjectNode ofSplit =
                        child(ofSystem, corpus.dataset()).putObject(corpus.split());
                    subsets.forEach(
                        (subset, metrics) -> put(ofSplit.putObject(subset.label()), metrics));
                  });
            });
    ArrayNode comparisons = root.putArray("comparisons");
    outcome.comparisons().forEach(c -> comparisons.add(comparison(c)));
    return root;
  }

  private static ObjectNode child(ObjectNode node, String name) {
    return node.get(name) instanceof ObjectNode known ? known : node.putObject(name);
  }

  private static void put(ObjectNode subset, Map<String, Summary> metrics) {
    metrics.forEach(
        (metric, s) -> {
          ObjectNode cell = subset.putObject(metric);
          cell.put("mean", s.mean()).put("low", s.low()).put("high", s.high()).put("n", s.n());
          s.mid().ifPresent(mid -> cell.put("mid", mid));
        });
  }

  private static ObjectNode comparison(Comparison c) {
    return Json.mapper()
        .createObjectNode()
        .put("dataset", c.corpus().dataset())
        .put("split", c.corpus().split())
        .put("subset", c.subset().label())
        .put("metric", c.metric())
        .put("a", c.a())
        .put("b", c.b())
        .put("n", c.n())
        .put("difference", c.difference())
        .put("p", c.p())
        .put("p_holm", c.holm());
  }
}
