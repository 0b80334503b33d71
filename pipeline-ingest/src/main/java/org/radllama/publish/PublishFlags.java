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
          "mlflow: sends settings, metrics and files (settings mlflow); folder: lays a dataset, adapter or model out in --out for hf upload; table: writes a dataset's examples or an evaluation's scores to --table (required)")
  public String to;

  @Option(
      name = "--table",
      metaVar = "[CATALOG.]DB.TABLE",
      usage =
          "the table of --to table, in a catalog of Spark's; it is made if it is missing (table.format)")
  public String table;

  @Override
  protected String example() {
    return "publish --to folder --out hub/adapter runs/adapter";
  }
}
