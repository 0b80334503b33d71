package org.radllama.publish;

import org.kohsuke.args4j.Argument;
import org.kohsuke.args4j.Option;
import org.radllama.run.JobFlags;

/** The flags of publish. */
public final class PublishFlags extends JobFlags {
  @Argument(metaVar = "RUN_DIR", usage = "a published run of ingest, train, export or eval")
  public String run;

  @Option(
      name = "--to",
      metaVar = "PLACE",
      usage =
          "mlflow: sends settings, metrics and files (settings mlflow); folder: lays a dataset, adapter or model out in --out for hf upload (required)")
  public String to;

  @Override
  protected String example() {
    return "publish --to folder --out hub/adapter runs/adapter";
  }
}
