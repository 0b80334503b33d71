package org.radllama.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.kohsuke.args4j.Argument;
import org.kohsuke.args4j.Option;
import org.radllama.run.JobFlags;

/** The flags of the reader study. */
public final class StudyFlags extends JobFlags {
  @Argument(metaVar = "pack|score", usage = "write the forms, or evaluate the returned ones")
  public List<String> command = new ArrayList<>();

  @Option(
      name = "--dataset",
      metaVar = "RUN_DIR",
      usage = "pack: a published run of ingest, for findings and the radiologists' impressions")
  public String dataset;

  @Option(
      name = "--eval",
      metaVar = "RUN_DIR",
      usage = "pack: a published run of eval, whose predictions are judged")
  public String eval;

  @Option(
      name = "--predictions",
      metaVar = "NAME=FILE",
      usage = "pack: JSONL of id and prediction, judged as NAME; may be repeated")
  public List<String> predictions = new ArrayList<>();

  @Option(
      name = "--systems",
      metaVar = "A,B",
      usage = "pack: only these systems (setting pack.systems)")
  public String systems;

  @Option(
      name = "--readers",
      metaVar = "A,B",
      usage = "pack: the readers; each gets a form (setting pack.readers)")
  public String readers;

  @Option(
      name = "--split",
      metaVar = "NAME",
      usage = "pack: split of the dataset (setting pack.split)")
  public String split;

  @Option(name = "--key", metaVar = "FILE", usage = "score: key.json of the study")
  public String key;

  @Option(
      name = "--returned",
      metaVar = "FILE",
      usage = "score: the export of a form, JSON or CSV; may be repeated")
  public List<String> returned = new ArrayList<>();

  @Override
  protected Map<String, Object> overlay() {
    Map<String, Object> overlay = super.overlay();
    if (systems != null) {
      overlay.put("pack.systems", list(systems));
    }
    if (readers != null) {
      overlay.put("pack.readers", list(readers));
    }
    if (split != null) {
      overlay.put("pack.split", split);
    }
    return overlay;
  }

  @Override
  protected String example() {
    return "study pack --dataset runs/dataset --eval runs/eval --readers ann,ben --out runs --run-id study";
  }
}
