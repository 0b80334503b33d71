package org.radllama.eval;

import static org.radllama.text.Format.format;

import java.io.IOException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.dataset.InstructionDataset;
import org.radllama.dataset.Split;
import org.radllama.eval.predict.Generation;
import org.radllama.eval.predict.ModelSystem;
import org.radllama.run.JobContext;
import org.radllama.run.JobFailure;
import org.radllama.run.Json;
import org.radllama.train.checkpoint.BaseModel;
import org.radllama.train.engine.Adaptation;
import org.radllama.train.engine.EngineSpec;
import org.radllama.train.engine.Engines;
import org.radllama.train.engine.MemoryEstimate;
import org.radllama.train.engine.Precision;
import org.radllama.train.llama.LlamaConfig;
import org.radllama.train.peft.AdapterInfo;
import org.radllama.train.peft.PeftAdapter;

/** What {@code --dry-run} prints. */
final class EvalPlan {
  private EvalPlan() {}

  static String text(JobContext context, EvalConfig config) throws IOException {
    EvalConfig.Systems systems = config.systems();
    StringBuilder plan = new StringBuilder("eval would read\n");
    for (var input : systems.inputs()) {
      plan.append(
          "  --%s: %s\n".formatted(input.name(), size(context, input.name(), input.path())));
    }
    long driver = 0;
    if (systems.dataset().isPresent()) {
      InstructionDataset dataset =
          InstructionDataset.open(context.hadoop(), systems.dataset().get());
      int train = dataset.manifest().path("counts").path(Split.TRAIN.label()).asInt();
      int split = dataset.manifest().path("counts").path(systems.split().label()).asInt();
      plan.append(
          format(
              "the %s split of %s: %d reports, %d in train\n",
              systems.split().label(), dataset.runId(), split, train));
      driver = (long) train + split;
    }
    plan.append("score ");
    if (systems.base()) {
      plan.append("base, ");
    }
    systems.adapters().keySet().forEach(name -> plan.append(name).append(" (adapter), "));
    systems.predictions().keySet().forEach(name -> plan.append(name).append(" (imported), "));
    systems.baselines().forEach(b -> plan.append(b.label()).append(" (baseline), "));
    plan.setLength(plan.length() - 2);
    plan.append(" by ").append(String.join(", ", config.metrics().names())).append('\n');
    if (systems.baseModel().isPresent()) {
      plan.append(memory(context, config, systems.baseModel().get()));
    }
    plan.append(
        format(
            "holding about %d MiB of reports on the driver, and write to %s with the settings\n",
            driver * 3 / 1024 + 1,
            config.output().out() == null ? "(no --out given)" : config.output().out()));
    return plan.append(Json.text(config.settings().toJson())).toString();
  }

  private static String memory(JobContext context, EvalConfig config, String base)
      throws IOException {
    Generation how = config.generation();
    LlamaConfig model;
    Precision stored;
    try (BaseModel checkpoint = BaseModel.open(context.hadoop(), base)) {
      model = checkpoint.config();
      stored = checkpoint.precision();
    }
    int length = how.maxLength();
    Adaptation.Lora shape = ModelSystem.ANY;
    for (String dir : config.systems().adapters().values()) {
      Path path = new Path(dir);
      length =
          AdapterInfo.read(path.getFileSystem(context.hadoop()), path)
              .map(AdapterInfo::maxLength)
              .orElse(length);
      shape = PeftAdapter.readConfig(context.hadoop(), dir);
    }
    int prompt = Math.min(length > 0 ? length : model.maxPositions(), model.maxPositions());
    EngineSpec spec = new EngineSpec(how.engine(), base, stored, model.toJson(), shape, 1);
    MemoryEstimate memory =
        Engines.provider(how.engine().engine())
            .generation(
                spec,
                how.batchSize() * how.strategy().beams(),
                prompt,
                Math.min(prompt + how.maxNewTokens(), model.maxPositions()));
    return format(
        "holding the base model as %s in %d MiB of each executor, and at most %d MiB for each of its slots\n",
        spec.precision().label(),
        memory.base() >> 20,
        (memory.vectors() + memory.intermediates()) >> 20);
  }

  static String size(JobContext context, String name, String path) throws IOException {
    Path input = new Path(path);
    FileSystem fs = input.getFileSystem(context.hadoop());
    if (!fs.exists(input)) {
      throw JobFailure.input("%s: no such file or directory: %s".formatted(name, path));
    }
    return format("%s, %d bytes", path, fs.getContentSummary(input).getLength());
  }
}
