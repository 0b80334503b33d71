package org.radllama.train;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.radllama.ingest.run.JobFailure;
import org.radllama.ingest.run.Progress;
import org.radllama.train.engine.DropoutKey;
import org.radllama.train.engine.GradientSum;
import org.radllama.train.engine.LossSum;
import org.radllama.train.engine.MicroBatch;
import org.radllama.train.export.StepMetrics;
import org.radllama.train.export.TrainingLog;
import org.radllama.train.optim.AdamW;
import org.radllama.train.optim.Clipping;
import org.radllama.train.optim.Schedule;
import org.radllama.train.step.BatchPlan;
import org.radllama.train.step.SparkGradients;

/** The loop: for each step a gradient from the cluster, then one change of the flat vector here. */
final class Training {
  private final TrainConfig config;
  private final TrainingData data;
  private final SparkGradients gradients;
  private final TrainingLog log;
  private final BatchPlan plan;
  private final int steps;
  private final List<MicroBatch> validation;
  private long targetTokens;

  Training(TrainConfig config, TrainingData data, SparkGradients gradients, TrainingLog log) {
    this.config = config;
    this.data = data;
    this.gradients = gradients;
    this.log = log;
    plan = data.plan(config);
    int most = config.batches().maxSteps();
    steps = most > 0 ? Math.min(most, plan.steps()) : plan.steps();
    validation =
        config.validationEvery() > 0 && !data.validate().isEmpty()
            ? data.validation(config.batches().microBatchTokens())
            : List.of();
  }

  /** Changes {@code trainable} in place. */
  TrainResult run(float[] trainable) {
    TrainConfig.Optimiser o = config.optimiser();
    AdamW adam = new AdamW(o.hyper(), trainable.length);
    Schedule schedule = new Schedule(o.schedule(), o.learningRate(), o.warmupSteps(), steps);
    StepMetrics last = null;
    try (Progress progress = Progress.start("train", steps, "steps")) {
      for (int step = 0; step < steps; step++) {
        last = step(step, trainable, adam, schedule.rate(step));
        log.add(last);
        progress.note(note(last));
        progress.advance(1);
      }
    }
    return new TrainResult(
        steps, trainable.length, targetTokens, last.loss(), last.validationLoss());
  }

  private StepMetrics step(int step, float[] trainable, AdamW adam, double rate) {
    long start = System.nanoTime();
    List<MicroBatch> batches = data.step(plan, step);
    DropoutKey key = new DropoutKey(config.seed(), step);
    GradientSum sum = gradients.gradient(batches, trainable, key);
    double loss = sum.sum().loss() / sum.sum().targetTokens();
    double norm =
        Clipping.scaleAndClip(
            sum.gradient(), 1.0 / sum.sum().targetTokens(), config.optimiser().maxGradientNorm());
    requireFinite(step, loss, norm);
    adam.step(trainable, sum.gradient(), rate);
    targetTokens += sum.sum().targetTokens();
    long tokens = batches.stream().mapToLong(MicroBatch::tokens).sum();
    double seconds = (System.nanoTime() - start) / 1e9;
    double epoch = (step + 1.0) / plan.stepsPerEpoch();
    return new StepMetrics(
        step + 1, epoch, loss, validate(step, trainable), rate, norm, tokens, tokens / seconds);
  }

  private static void requireFinite(int step, double loss, double norm) {
    if (!Double.isFinite(loss) || !Double.isFinite(norm)) {
      throw JobFailure.diverged(
          "step %d: loss %s, gradient norm %s; a smaller optimiser.learning-rate or max-gradient-norm may help"
              .formatted(step + 1, loss, norm));
    }
  }

  private OptionalDouble validate(int step, float[] trainable) {
    boolean due = step + 1 == steps || (step + 1) % Math.max(1, config.validationEvery()) == 0;
    if (validation.isEmpty() || !due) {
      return OptionalDouble.empty();
    }
    LossSum sum = gradients.loss(validation, trainable);
    return OptionalDouble.of(sum.loss() / sum.targetTokens());
  }

  private static String note(StepMetrics m) {
    return String.format(
        Locale.ROOT,
        "loss %.4f, rate %.2e, %.0f tokens/s",
        m.loss(),
        m.learningRate(),
        m.tokensPerSecond());
  }
}
