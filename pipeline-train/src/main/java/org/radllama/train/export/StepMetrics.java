package org.radllama.train.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.OptionalDouble;
import org.radllama.run.Json;

/**
 * One line of {@code metrics.jsonl}.
 *
 * @param step optimiser steps taken, from 1
 * @param epoch passes over the train split, with its fraction
 * @param loss mean over the step's target tokens, in nats, dropout included
 * @param validationLoss mean over the validate split's target tokens, where it was computed
 * @param learningRate the step's rate
 * @param gradientNorm global norm before clipping
 * @param tokens tokens of the step, prompts included
 * @param tokensPerSecond over the step's whole wall time
 * @param communicationShare of the time of the step's gradient: when not even the busiest executor
 *     was computing
 */
public record StepMetrics(
    long step,
    double epoch,
    double loss,
    OptionalDouble validationLoss,
    double learningRate,
    double gradientNorm,
    long tokens,
    double tokensPerSecond,
    double communicationShare) {

  /** Reads a line back; empty for one that was cut off, even to nothing. */
  static Optional<StepMetrics> parse(String line) {
    try {
      JsonNode node = Json.mapper().readTree(line);
      if (!node.path("step").canConvertToLong() || !node.has("communication_share")) {
        return Optional.empty();
      }
      JsonNode validation = node.path("validation_loss");
      return Optional.of(
          new StepMetrics(
              node.path("step").asLong(),
              node.path("epoch").asDouble(),
              node.path("loss").asDouble(),
              validation.isNumber()
                  ? OptionalDouble.of(validation.asDouble())
                  : OptionalDouble.empty(),
              node.path("learning_rate").asDouble(),
              node.path("gradient_norm").asDouble(),
              node.path("tokens").asLong(),
              node.path("tokens_per_second").asDouble(),
              node.path("communication_share").asDouble()));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  String json() {
    ObjectNode node = Json.mapper().createObjectNode();
    node.put("step", step);
    node.put("epoch", epoch);
    node.put("loss", loss);
    validationLoss.ifPresentOrElse(
        v -> node.put("validation_loss", v), () -> node.putNull("validation_loss"));
    node.put("learning_rate", learningRate);
    node.put("gradient_norm", gradientNorm);
    node.put("tokens", tokens);
    node.put("tokens_per_second", tokensPerSecond);
    node.put("communication_share", communicationShare);
    return node.toString();
  }
}
