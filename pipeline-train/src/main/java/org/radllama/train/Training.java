package org.radllama.train;

import static org.radllama.text.Format.format;

import java.io.IOException;
import java.util.List;
import java.util.OptionalDouble;
import org.radllama.run.Console;
import org.radllama.run.JobFailure;
import org.radllama.run.Progress;
import org.radllama.train.cluster.StallWatch;
import org.radllama.train.engine.DropoutKey;
import org.radllama.train.engine.GradientSum;
import org.radllama.train.engine.LossSum;
import org.radllama.train.engine.MicroBatch;
import org.radllama.train.export.StepMetrics;
import org.radllama.train.export.TrainingLog;
import org.radllama.train.export.TrainingSource;
import org.radllama.train.optim.Clipping;
import org.radllama.train.optim.Schedule;
import org.radllama.train.resume.Checkpoints;
import org.radllama.train.resume.Ownership;
import org.radllama.train.resume.TrainingState;
import org.radllama.train.step.BatchPlan;
import org.radllama.train.step.SparkGradients;

/** The loop: for each step a gradient from the cluster, then one change of the flat vector here. */
final class Training {
  private final Ownership ownership;
  private final TrainConfig config;
  private final TrainingData data;
  private final SparkGradients gradients;
  private final TrainingLog log;
  private final Checkpoints checkpoints;
  private final BatchPlan plan;
  private final int steps;
  private final Schedule schedule;
  private final List<MicroBatch> validation;
  private TrainingSource source;
  private long saved = System.nanoTime();
  private StepMetrics last;

  Training(
      Ownership ownership,
      TrainConfig config,
      TrainingData data,
      SparkGradients gradients,
      TrainingLog log,
      Checkpoints checkpoints) {
    this.ownership = ownership;
    this.config = config;
    this.data = data;
    this.gradients = gradients;
    this.log = log;
    this.checkpoints = checkpoints;
    plan = data.plan(config);
    int most = config.batches().maxSteps();
    steps = most > 0 ? Math.min(most, plan.steps()) : plan.steps();
    TrainConfig.Optimiser o = config.optimiser();
    schedule = new Schedule(o.schedule(), o.learningRate(), o.warmupSteps(), steps);
    validation =
        config.validation().every() > 0 && !data.validate().isEmpty()
            ? data.validation(config.batches().microBatchTokens())
            : List.of();
  }

  /** Continues from a state to the end; returns the numbers to export with the summary. */
  TrainResult run(TrainingState state, Console console) throws IOException {
    try (TrainingSource figures = TrainingSource.register(steps);
        StallWatch watch = StallWatch.start(config.cluster().stallAfter(), state.steps());
        Progress progress = Progress.resume("train", steps, state.steps(), "steps");
        Interruption interruption = new Interruption(ownership, state, checkpoints, console)) {
      source = figures;
      while (state.steps() < steps && !exhausted(state)) {
        try {
          step(state, interruption);
        } catch (Exception e) {
          // Spark's own exceptions are checked ones, which its Java methods do not declare.
          interruption.awaitEnd();
          throw e;
        }
        watch.ended(state.steps());
        last.validationLoss().ifPresent(loss -> progress.line(validated(loss, state)));
        progress.note(note(last));
        progress.advance(1);
        interruption.awaitEnd();
      }
    }
    return new TrainResult(
        state.steps(),
        state.values().length,
        state.targetTokens(),
        state.last().loss(),
        finite(state.last().validationLoss()),
        chosen(state));
  }

  private static OptionalDouble finite(double value) {
    return Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
  }

  /** The step whose numbers are exported, which the state then holds. */
  private long chosen(TrainingState state) throws IOException {
    long best = state.best().step();
    if (!config.validation().selectBest() || best == 0 || best == state.steps()) {
      return state.steps();
    }
    float[] values = checkpoints.weights(best);
    System.arraycopy(values, 0, state.values(), 0, values.length);
    return best;
  }

  private boolean exhausted(TrainingState state) {
    int patience = config.validation().patience();
    return patience > 0 && state.best().since() >= patience;
  }

  private void step(TrainingState state, Interruption interruption) throws IOException {
    long start = System.nanoTime();
    int step = (int) state.steps();
    List<MicroBatch> batches = data.step(plan, step);
    DropoutKey key = new DropoutKey(config.seed(), step);
    double epoch = (step + 1.0) / plan.stepsPerEpoch();
    gradients.describe(format("step %d of %d, epoch %.2f", step + 1, steps, epoch));
    GradientSum sum = gradients.gradient(batches, state.values(), key);
    double share = gradients.times().communicationShare();
    double loss = sum.sum().loss() / sum.sum().targetTokens();
    double norm =
        Clipping.scaleAndClip(
            sum.gradient(), 1.0 / sum.sum().targetTokens(), config.optimiser().maxGradientNorm());
    requireFinite(step, loss, norm);
    double rate = schedule.rate(step);
    ownership.require();
    interruption.hold();
    state.step(sum.gradient(), rate, loss, sum.sum().targetTokens());
    OptionalDouble validated = validate(state);
    long tokens = batches.stream().mapToLong(MicroBatch::tokens).sum();
    double seconds = (System.nanoTime() - start) / 1e9;
    last =
        new StepMetrics(
            step + 1, epoch, loss, validated, rate, norm, tokens, tokens / seconds, share);
    source.update(last);
    log.add(last);
    checkpoint(state, validated.isPresent() && state.best().step() == state.steps());
    // Not where it fails: half a step is not kept.
    interruption.release();
  }

  private void requireFinite(int step, double loss, double norm) throws IOException {
    if (!Double.isFinite(loss) || !Double.isFinite(norm)) {
      String kept =
          checkpoints
              .newest()
              .map(name -> "the last good checkpoint is " + name)
              .orElse("there is no checkpoint yet (checkpoint.every, checkpoint.minutes)");
      throw JobFailure.diverged(
          format(
              "step %d: loss %s, gradient norm %s; %s; a smaller optimiser.learning-rate or"
                  + " max-gradient-norm may help",
              step + 1, loss, norm, kept));
    }
  }

  private OptionalDouble validate(TrainingState state) {
    boolean due =
        state.steps() == steps || state.steps() % Math.max(1, config.validation().every()) == 0;
    if (validation.isEmpty() || !due) {
      return OptionalDouble.empty();
    }
    gradients.describe(format("validation after step %d of %d", state.steps(), steps));
    LossSum sum = gradients.loss(validation, state.values());
    double loss = sum.loss() / sum.targetTokens();
    state.validated(loss);
    return OptionalDouble.of(loss);
  }

  private void checkpoint(TrainingState state, boolean best) throws IOException {
    TrainConfig.Checkpointing when = config.checkpoint();
    boolean due = when.every() > 0 && state.steps() % when.every() == 0;
    double minutes = (System.nanoTime() - saved) / 60e9;
    if (due || (best && config.validation().selectBest())) {
      checkpoints.write(state);
    } else if (when.minutes() > 0 && minutes >= when.minutes()) {
      checkpoints.keep(state);
    } else {
      return;
    }
    saved = System.nanoTime();
  }

  private String validated(double loss, TrainingState state) {
    return format(
        "step %d of %d: validation loss %.4f%s",
        state.steps(),
        steps,
        loss,
        state.best().step() == state.steps() ? ", the lowest so far" : "");
  }

  private static String note(StepMetrics m) {
    return format(
        "loss %.4f, rate %.2e, %.0f tokens/s", m.loss(), m.learningRate(), m.tokensPerSecond());
  }
}
