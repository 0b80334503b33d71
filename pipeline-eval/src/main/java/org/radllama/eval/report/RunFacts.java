package org.radllama.eval.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.radllama.eval.join.Corpus;
import org.radllama.eval.predict.ModelSystem;

/** What an evaluation is of, as names and values. */
final class RunFacts {
  /** Digits of an input's hash on the page; the manifest has all. */
  private static final int SHOWN_DIGEST = 12;

  private final EvalOutcome outcome;
  private final ObjectNode manifest;

  RunFacts(EvalOutcome outcome, ObjectNode manifest) {
    this.outcome = outcome;
    this.manifest = manifest;
  }

  /** What was evaluated on what, in the first lines of the page. */
  Map<String, String> setUp() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("Dataset", outcome.dataset().orElse("none given; references from the files"));
    facts.put(
        "Splits",
        outcome.summaries().corpora().stream()
            .map(c -> c.dataset() + " " + c.split())
            .collect(Collectors.joining(", ")));
    Map<String, String> digests = new LinkedHashMap<>();
    manifest
        .path("inputs")
        .forEach(i -> digests.put(i.path("name").asText(), i.path("sha256").asText()));
    for (ModelSystem.Generated made : outcome.generated()) {
      String name = made.answers().name();
      facts.put("Model " + name, made.model() + digest(digests.get("adapter " + name)));
    }
    if (digests.containsKey("base-model")) {
      facts.put("Base model", digest(digests.get("base-model")).substring(2));
    }
    if (!outcome.generated().isEmpty()) {
      facts.put(
          "Prompt template",
          outcome.generated().stream()
              .map(ModelSystem.Generated::template)
              .distinct()
              .collect(Collectors.joining(", ")));
      facts.put("Generation", outcome.signature().replaceFirst(".*\\|generate:", ""));
    }
    facts.put(
        "Systems",
        outcome.kinds().keySet().stream()
            .map(s -> s + " (" + outcome.kind(s) + ")")
            .collect(Collectors.joining(", ")));
    return facts;
  }

  /** The beginning of a digest, where there is one. */
  private static String digest(String sha256) {
    return sha256 == null
        ? ""
        : ", sha256 " + sha256.substring(0, Math.min(SHOWN_DIGEST, sha256.length()));
  }

  /** How it was scored. */
  Map<String, String> all() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("Run", outcome.runId());
    facts.put("Signature", outcome.signature());
    outcome
        .metrics()
        .signatures(outcome.counts().references())
        .forEach((name, s) -> facts.put("Signature of " + name, s));
    for (Corpus corpus : outcome.summaries().corpora()) {
      String system = outcome.summaries().systems().get(0);
      outcome
          .sums()
          .cells(system, corpus)
          .forEach(
              (subset, cell) ->
                  facts.put(
                      "Reports of %s in %s".formatted(corpus.dataset(), subset.label()),
                      "" + cell.reports()));
    }
    Optional.of(outcome.counts().reports() - outcome.counts().scored())
        .filter(n -> n > 0)
        .ifPresent(n -> facts.put("Reports not scored", "" + n));
    return facts;
  }
}
