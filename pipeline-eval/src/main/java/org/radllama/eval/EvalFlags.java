package org.radllama.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.kohsuke.args4j.Option;
import org.radllama.run.JobFlags;

/** The flags of eval. */
public final class EvalFlags extends JobFlags {
  @Option(name = "--dataset", metaVar = "RUN_DIR", usage = "a published run of ingest")
  public String dataset;

  @Option(name = "--split", metaVar = "NAME", usage = "train, validate or test (setting split)")
  public String split;

  @Option(
      name = "--base-model",
      metaVar = "DIR|FILE.gguf",
      usage =
          "a Hugging Face checkpoint directory or a GGUF file; scored itself unless generate.base ="
              + " false")
  public String baseModel;

  @Option(
      name = "--base-precision",
      metaVar = "NAME",
      usage =
          "how the base is held in memory: auto, f32, bf16, fp16 or int8 (setting"
              + " generate.base-precision)")
  public String basePrecision;

  @Option(
      name = "--adapter",
      metaVar = "NAME=DIR",
      usage = "a LoRA adapter of the base model, scored as NAME; may be repeated")
  public List<String> adapters = new ArrayList<>();

  @Option(
      name = "--predictions",
      metaVar = "NAME=FILE",
      usage =
          "id and prediction (and reference, without --dataset) as JSONL, a JSON array or CSV, gzipped or"
              + " not; scored as NAME, or as NAME.SYSTEM if its lines name systems; may be repeated")
  public List<String> predictions = new ArrayList<>();

  @Option(
      name = "--scores",
      metaVar = "NAME=FILE",
      usage =
          "scores of system NAME computed elsewhere (RadGraph, CheXbert, BERTScore): CSV or JSONL"
              + " of id and numbers; may be repeated")
  public List<String> scores = new ArrayList<>();

  @Option(
      name = "--bertscore-model",
      metaVar = "DIR",
      usage =
          "a BERT or RoBERTa model for metrics = [bertscore]: config.json, model.safetensors,"
              + " tokenizer.json")
  public String bertscoreModel;

  @Option(
      name = "--bertscore-baseline",
      metaVar = "FILE",
      usage = "a baseline file of bert_score, to report rescaled BERTScore too")
  public String bertscoreBaseline;

  @Option(
      name = "--chexbert-model",
      metaVar = "DIR",
      usage =
          "CheXbert for metrics = [chexbert]: config.json and tokenizer.json of its BERT, and"
              + " model.safetensors with linear_heads.0 to 13")
  public String chexbertModel;

  @Option(
      name = "--baselines",
      metaVar = "A,B",
      usage = "any of constant, lead, nearest, neighbours; or none (setting baselines)")
  public String baselines;

  @Override
  protected Map<String, Object> overlay() {
    Map<String, Object> overlay = super.overlay();
    if (split != null) {
      overlay.put("split", split);
    }
    if (basePrecision != null) {
      overlay.put("generate.base-precision", basePrecision);
    }
    if (baselines != null) {
      overlay.put("baselines", baselines.equals("none") ? List.of() : list(baselines));
    }
    if (showText) {
      overlay.put("report.show-text", true);
    }
    return overlay;
  }

  @Override
  protected String example() {
    return "eval --dataset runs/dataset --base-model SmolLM2-135M-Instruct --adapter lora=runs/lora/adapter --out runs";
  }
}
