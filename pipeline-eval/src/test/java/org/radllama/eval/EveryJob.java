package org.radllama.eval;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkUserAppException;
import org.radllama.ingest.IngestJob;
import org.radllama.train.ExportJob;
import org.radllama.train.TokenizerJob;
import org.radllama.train.TrainJob;

/**
 * All jobs one after the other in one process, as {@code radllama demo} calls them, with little to
 * do. In cluster mode a job that is done returns instead of ending the process.
 */
final class EveryJob {
  private static final List<String> BASE =
      List.of(
          "method=full",
          "objective=report",
          "model.hidden-size=16",
          "model.intermediate-size=24",
          "model.layers=1",
          "model.heads=2",
          "model.key-value-heads=1",
          "max-steps=2",
          "batch-size=8");

  private static final List<String> ADAPTER =
      List.of(
          "max-steps=4", "batch-size=8", "validation.every=2", "checkpoint.every=2", "export=gguf");

  private static final List<String> EVAL =
      List.of(
          "generate.max-new-tokens=4",
          "rouge.tokenizer=unicode",
          "bootstrap.samples=40",
          "compare.trials=40");

  private EveryJob() {}

  /**
   * Runs them.
   *
   * @param args where to publish, the directory of runs to report on, and ingest's own flags
   */
  public static void main(String[] args) throws SparkUserAppException {
    System.setProperty("spark.submit.deployMode", "cluster");
    String out = args[0];
    String dataset = out + "/dataset";
    String base = out + "/base/model";
    List<String> sources = List.of(args).subList(2, args.length);
    IngestJob.main(array(flags(out, "dataset", List.of()), sources));
    TokenizerJob.main(
        array(
            flags(out, "tokenizer", List.of()),
            List.of("--dataset", dataset, "--vocab-size", "700")));
    List<String> model = new ArrayList<>(BASE);
    model.add("tokenizer=" + out + "/tokenizer");
    TrainJob.main(array(flags(out, "base", model), List.of("--dataset", dataset)));
    TrainJob.main(
        array(flags(out, "lora", ADAPTER), List.of("--dataset", dataset, "--base-model", base)));
    ExportJob.main(
        array(
            flags(out, "export", List.of("export=\"adapter,merged,gguf,gguf-adapter\"")),
            List.of("--base-model", base, "--adapter", out + "/lora/adapter")));
    GenerateJob.main(
        array(
            flags(out, "generate", List.of("generate.max-new-tokens=4")),
            List.of("--reports", dataset + "/jsonl/test.jsonl"),
            List.of("--base-model", base, "--adapter", out + "/lora/adapter")));
    EvalJob.main(
        array(
            flags(out, "eval", EVAL),
            List.of("--dataset", dataset, "--base-model", base),
            List.of("--adapter", "lora=" + out + "/lora/adapter"),
            List.of("--baselines", "constant,lead,nearest")));
    ReportJob.main(array(flags(out, "report", List.of()), List.of("--runs", args[1])));
  }

  private static List<String> flags(String out, String runId, List<String> sets) {
    List<String> flags = new ArrayList<>(List.of("--out", out, "--run-id", runId));
    sets.forEach(set -> flags.addAll(List.of("--set", set)));
    return flags;
  }

  @SafeVarargs
  private static String[] array(List<String>... parts) {
    List<String> all = new ArrayList<>();
    for (List<String> part : parts) {
      all.addAll(part);
    }
    return all.toArray(String[]::new);
  }
}
