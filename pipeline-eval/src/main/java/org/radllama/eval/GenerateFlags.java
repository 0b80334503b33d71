package org.radllama.eval;

import java.util.Map;
import org.kohsuke.args4j.Option;
import org.radllama.run.JobFlags;

/** The flags of {@link GenerateJob}. */
public final class GenerateFlags extends JobFlags {
  @Option(
      name = "--reports",
      metaVar = "PATH",
      usage =
          "JSONL, CSV or Parquet with ids and findings (settings reports.*), or a folder of such files (required)")
  public String reports;

  @Option(
      name = "--base-model",
      metaVar = "DIR|FILE.gguf",
      usage =
          "a Hugging Face checkpoint or a GGUF file; used alone if there is no adapter (required)")
  public String baseModel;

  @Option(name = "--adapter", metaVar = "DIR", usage = "a LoRA adapter of the base model")
  public String adapter;

  @Option(
      name = "--dataset",
      metaVar = "RUN_DIR",
      usage =
          "a published run of ingest: cleaning rules, and train reports for prompts and consensus")
  public String dataset;

  @Option(
      name = "--base-precision",
      metaVar = "NAME",
      usage =
          "how the base is held in memory: auto, f32, bf16, fp16 or int8 (setting"
              + " generate.base-precision)")
  public String basePrecision;

  @Override
  protected Map<String, Object> overlay() {
    Map<String, Object> overlay = super.overlay();
    if (basePrecision != null) {
      overlay.put("generate.base-precision", basePrecision);
    }
    return overlay;
  }

  @Override
  protected String example() {
    return "generate --reports new.csv --base-model SmolLM2-135M-Instruct --adapter runs/lora/adapter --out runs";
  }
}
