package org.radllama.train;

import java.util.LinkedHashMap;
import java.util.Map;
import org.kohsuke.args4j.Option;
import org.radllama.run.JobFlags;

/** The flags of {@link ExportJob}. */
public final class ExportFlags extends JobFlags {
  @Option(
      name = "--base-model",
      metaVar = "DIR|FILE.gguf",
      usage = "the adapter's base: a Hugging Face checkpoint or a GGUF file")
  public String baseModel;

  @Option(
      name = "--adapter",
      metaVar = "DIR",
      usage = "a LoRA adapter in PEFT's form, trained here or elsewhere (required)")
  public String adapter;

  @Option(
      name = "--base-model-id",
      metaVar = "ID",
      usage =
          "what the adapter calls its base, such as OWNER/MODEL on a hub (setting base-model-id)")
  public String baseModelId;

  @Option(
      name = "--scores",
      metaVar = "RUN_DIR",
      usage = "a run of eval that scored the adapter, for its card (setting scores)")
  public String scores;

  @Override
  protected Map<String, Object> overlay() {
    Map<String, Object> overlay = super.overlay();
    Map<String, String> given = new LinkedHashMap<>();
    given.put("base-model", baseModel);
    given.put("adapter", adapter);
    given.put("base-model-id", baseModelId);
    given.put("scores", scores);
    given.forEach(
        (key, value) -> {
          if (value != null) {
            overlay.put(key, value);
          }
        });
    return overlay;
  }

  @Override
  protected String example() {
    return "export --base-model SmolLM2-135M-Instruct --adapter runs/lora/adapter --out runs --run-id merged";
  }
}
