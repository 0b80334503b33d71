package org.radllama.train;

import java.util.Map;
import org.kohsuke.args4j.Option;
import org.radllama.run.JobFlags;

/** The flags of {@link TrainJob}. */
public final class TrainFlags extends JobFlags {
  @Option(name = "--dataset", metaVar = "RUN_DIR", usage = "a published run of ingest (required)")
  public String dataset;

  @Option(
      name = "--base-model",
      metaVar = "DIR|FILE.gguf",
      usage =
          "a Hugging Face checkpoint (Llama, Mistral, Qwen 2 or 3: config.json, safetensors, tokenizer) or a GGUF file")
  public String baseModel;

  @Option(
      name = "--base-model-id",
      metaVar = "ID",
      usage =
          "what the adapter calls its base, such as OWNER/MODEL on a hub (setting base-model-id)")
  public String baseModelId;

  @Option(
      name = "--base-precision",
      metaVar = "NAME",
      usage =
          "how the frozen base is held in memory: auto, f32, bf16, fp16 or int8 (base-precision)")
  public String basePrecision;

  @Option(name = "--init-adapter", metaVar = "DIR", usage = "a PEFT adapter to continue from")
  public String initAdapter;

  @Option(
      name = "--resume",
      usage = "continue from the newest complete checkpoint of this run-id, if there is one")
  public boolean resume;

  @Option(
      name = "--inspect",
      metaVar = "N",
      usage =
          "print how the first N train examples are masked (--show-text: with their words) and stop")
  public Integer inspect;

  @Override
  protected Map<String, Object> overlay() {
    Map<String, Object> overlay = super.overlay();
    put(overlay, "dataset", dataset);
    put(overlay, "base-model", baseModel);
    put(overlay, "base-model-id", baseModelId);
    put(overlay, "base-precision", basePrecision);
    put(overlay, "init-adapter", initAdapter);
    return overlay;
  }

  private static void put(Map<String, Object> overlay, String key, String value) {
    if (value != null) {
      overlay.put(key, value);
    }
  }

  @Override
  protected String example() {
    return "train --dataset runs/dataset --base-model SmolLM2-135M-Instruct --out runs --run-id lora";
  }
}
