package org.radllama.train.export;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.OptionalDouble;
import org.radllama.ingest.run.Json;

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
 */
public record StepMetrics(
    long step,
    double epoch,
    double loss,
    OptionalDouble validationLoss,
    double learningRate,
    double gradientNorm,
    long tokens,
    double tokensPerSecond) {

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
    return node.toString();
  }
}
