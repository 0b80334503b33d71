package org.radllama.train.export;

import static org.radllama.text.Format.format;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.radllama.dataset.PromptTemplate;
import org.radllama.run.Json;
import org.radllama.run.SettingReader;
import org.radllama.train.checkpoint.BaseModel;
import org.radllama.train.encode.ChatPrompt;
import org.radllama.train.engine.Adaptation;
import org.radllama.train.peft.AdapterInfo;

/**
 * The {@code README.md} beside an adapter or a merged model: Hugging Face's model card, whose head
 * is YAML. It says what is known and that the rest is not; it quotes no report.
 *
 * @param title the model's name, for people
 * @param base what the base is called, or empty
 * @param lora how the adapter is made
 * @param info how it was taught, where that is known
 * @param terms licence and languages
 * @param facts of its training, where they are known
 * @param scores of an evaluation of exactly this adapter
 */
public record ModelCard(
    String title,
    String base,
    Adaptation.Lora lora,
    Optional<AdapterInfo> info,
    Terms terms,
    Optional<TrainingFacts> facts,
    Optional<CardScores> scores) {

  private static final String SETTINGS =
      "epochs batch-size max-length optimiser.learning-rate optimiser.schedule optimiser.warmup-steps"
          + " optimiser.weight-decay validation.select sentence-orders base-precision seed";

  /**
   * What the project's owner says.
   *
   * @param license an identifier as Hugging Face has them
   * @param languages ISO 639 codes, or none where they are not known
   */
  public record Terms(String license, List<String> languages) {
    /** The settings {@code license} and {@code language}. */
    public static Terms of(SettingReader r) {
      String license = r.text("license");
      r.require(
          license.matches("[a-z0-9][a-z0-9.-]*"),
          "card.license must be an identifier such as other or apache-2.0, not %s",
          license);
      List<String> languages = r.texts("language");
      for (String language : languages) {
        r.require(
            language.matches("[a-z]{2,3}"),
            "card.language must be codes such as en or de, not %s",
            language);
      }
      return new Terms(license, languages);
    }
  }

  /**
   * The card's text.
   *
   * @param merged of the whole model; otherwise of the adapter
   */
  public String text(boolean merged) {
    StringBuilder card = new StringBuilder();
    head(card, merged);
    card.append(format("\n# %s\n\n", title));
    card.append(
        merged
            ? "A language model with a LoRA adapter merged into it. "
            : "A LoRA adapter for a language model. ");
    card.append(
        TaughtPrompt.of(info) != TaughtPrompt.NONE
            ? "It writes the impression of a radiology report from its findings.\n"
            : "It was not trained on RadLlama's prompt.\n");
    card.append(base.isEmpty() ? "" : format("The base model is `%s`.\n", base));
    trainedOn(card);
    settings(card);
    losses(card);
    scores(card);
    prompt(card);
    use(card);
    return card.toString();
  }

  private void head(StringBuilder card, boolean merged) {
    card.append("---\n");
    if (BaseModel.HUB_ID.matcher(base).matches()) {
      card.append(format("base_model: %s\n", quoted(base)));
    }
    if (!terms.languages().isEmpty()) {
      card.append("language:\n");
      terms.languages().forEach(language -> card.append(format("- %s\n", quoted(language))));
    }
    card.append(format("library_name: %s\n", merged ? "transformers" : "peft"));
    card.append(format("license: %s\n", terms.license()));
    card.append("pipeline_tag: text-generation\ntags:\n- lora\n- radiology\n- radllama\n---\n");
  }

  /** JSON's texts are YAML's: {@code no} must not become a truth value. */
  private static String quoted(String text) {
    return Json.mapper().getNodeFactory().textNode(text).toString();
  }

  private JsonNode fact(String... path) {
    JsonNode node = facts.<JsonNode>map(TrainingFacts::json).orElse(Json.mapper().missingNode());
    for (String key : path) {
      node = node.path(key);
    }
    return node;
  }

  private void trainedOn(StringBuilder card) {
    card.append("\n## Training data\n\n");
    if (facts.isEmpty()) {
      card.append("Not known here: there is no `training.json` beside the adapter.\n");
      return;
    }
    card.append(
        format(
            "The instruction dataset `%s`, a run of RadLlama's ingest: %d examples to train on, %d to"
                + " validate.\n",
            fact("dataset", "run_id").asText(),
            fact("counts", "train").asLong(),
            fact("counts", "validate").asLong()));
    List<String> sources = sources();
    if (!sources.isEmpty()) {
      card.append(format("Sources: %s.\n", String.join(", ", sources)));
    }
    JsonNode inputs = fact("inputs");
    if (!inputs.isEmpty()) {
      card.append("\n| Input | Files | Bytes | SHA-256 |\n| --- | ---: | ---: | --- |\n");
      for (JsonNode input : inputs) {
        card.append(
            format(
                "| %s | %d | %d | `%s` |\n",
                input.path("name").asText(),
                input.path("files").asLong(),
                input.path("bytes").asLong(),
                input.path("sha256").asText()));
      }
    }
  }

  private List<String> sources() {
    List<String> sources = new ArrayList<>();
    fact("dataset", "sources").forEach(source -> sources.add(source.asText()));
    return sources;
  }

  private void settings(StringBuilder card) {
    card.append("\n## Settings\n\n| Setting | Value |\n| --- | --- |\n");
    row(card, "lora.rank", String.valueOf(lora.rank()));
    row(card, "lora.alpha", Json.mapper().getNodeFactory().numberNode(lora.alpha()).asText());
    row(card, "lora.dropout", String.valueOf(lora.dropout()));
    row(card, "lora.targets", String.join(", ", lora.targets()));
    row(card, "lora.rank-stabilised", String.valueOf(lora.rankStabilised()));
    if (facts.isEmpty()) {
      return;
    }
    for (String key : SETTINGS.split(" ")) {
      JsonNode value = fact("configuration");
      for (String part : key.split("\\.")) {
        value = value.path(part);
      }
      if (!value.isMissingNode()) {
        row(card, key, value.asText());
      }
    }
    row(card, "steps", fact("training", "steps").asText());
    row(card, "step that was exported", fact("training", "exported_step").asText());
    card.append("\n`training.json` has all of them.\n");
  }

  private static void row(StringBuilder card, String key, String value) {
    card.append(format("| %s | %s |\n", key, value));
  }

  private void losses(StringBuilder card) {
    if (facts.isEmpty()) {
      return;
    }
    card.append(
        format(
            "\n## Losses\n\nMean cross-entropy of the target tokens, in nats: %.4f in the last"
                + " training step",
            fact("training", "loss").asDouble()));
    JsonNode validation = fact("training", "validation_loss");
    card.append(
        validation.isNumber()
            ? format(", %.4f on the validate split after it.\n", validation.asDouble())
            : "; not computed on a validate split.\n");
  }

  private void scores(StringBuilder card) {
    card.append("\n## Scores\n\n");
    card.append(scores.map(CardScores::text).orElse("Not evaluated here.\n"));
  }

  private void prompt(StringBuilder card) {
    TaughtInput taught = TaughtInput.of(info);
    String input = taught.example();
    switch (TaughtPrompt.of(info)) {
      case ALPACA ->
          card.append(
                  "\n## Prompt\n\nThe begin token, then this text, which ends in a line break:\n\n")
              .append("```text\n")
              .append(PromptTemplate.prompt(PromptTemplate.INSTRUCTION, input))
              .append("```\n");
      case CHAT ->
          card.append(
                  "\n## Prompt\n\nThe tokenizer's chat template, with this as the user's message:\n\n")
              .append("```text\n")
              .append(ChatPrompt.question(PromptTemplate.INSTRUCTION, input))
              .append("\n```\n");
      case NONE -> {
        return;
      }
    }
    if (!taught.isFindings()) {
      card.append("\n").append(taught.rules()).append("\n");
    }
  }

  private void use(StringBuilder card) {
    card.append(
        "\n## Intended use\n\nResearch on radiology reports. It is not a medical device. What it writes"
            + " can be wrong, incomplete or made up, and a radiologist must check every text before"
            + " anybody relies on it.\n\n## Data use\n\nA model can repeat parts of the reports it was"
            + " trained on. Whoever gets it needs the same permission as for the reports.\n");
    if (sources().contains("mimic-cxr")) {
      card.append(
          "\nIt is derived from MIMIC-CXR and falls under the PhysioNet Credentialed Health Data Use"
              + " Agreement: share it only with people who have signed that agreement.\n");
    }
  }
}
