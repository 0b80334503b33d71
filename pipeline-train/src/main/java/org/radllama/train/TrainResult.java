package org.radllama.train;

import java.util.OptionalDouble;

/**
 * What a training run came to.
 *
 * @param steps optimiser steps taken
 * @param parameters length of the trained vector
 * @param targetTokens tokens that counted in the loss, over all steps
 * @param loss mean loss over the last step's target tokens, in nats
 * @param validationLoss mean loss over the validate split after the last step, if it was computed
 * @param exportedStep the step whose numbers are exported
 */
public record TrainResult(
    long steps,
    long parameters,
    long targetTokens,
    double loss,
    OptionalDouble validationLoss,
    long exportedStep) {}
