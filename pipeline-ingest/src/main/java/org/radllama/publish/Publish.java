package org.radllama.publish;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.radllama.catalog.TableName;
import org.radllama.failure.BadInputException;
import org.radllama.failure.BadSettingException;
import org.radllama.failure.TryAgainException;
import org.radllama.run.JobContext;
import org.radllama.run.SettingReader;
import org.radllama.tracking.MlflowSettings;
import org.radllama.tracking.Tracking;

/**
 * Hands a published run on. Nothing leaves but to the MLflow server, or the catalog, that is named.
 */
final class Publish {
  private Publish() {}

  /**
   * Sends, lays out or writes a run, and says what was done.
   *
   * @throws BadSettingException when a flag is missing, or a server refuses
   * @throws BadInputException when there is no such run, or it may not be handed on
   * @throws TryAgainException when a server does not answer
   */
  static void run(JobContext context, PublishFlags flags) throws IOException {
    SettingReader r = new SettingReader(context.settings());
    r.require(flags.run != null, "which run? RUN_DIR is missing");
    String to = flags.to == null ? "" : flags.to;
    r.require(
        List.of("mlflow", "folder", "table").contains(to),
        "--to must be mlflow, folder or table, not %s",
        to);
    r.require(
        !to.equals("folder") || flags.out != null,
        "--to folder needs --out DIR, the folder to make");
    r.require(
        !to.equals("table") || flags.table != null,
        "--to table needs --table [CATALOG.]DB.TABLE, the table to write");
    Optional<TableName> table = r.made(() -> RunTable.name(flags.table), Optional.empty());
    String format = r.oneOf("table.format", List.of("parquet", "iceberg", "delta"));
    MlflowSettings mlflow = MlflowSettings.of(r.at("mlflow"));
    r.report();
    Path run = new Path(flags.run);
    if (to.equals("mlflow")) {
      Tracking.send(context.hadoop(), run, mlflow, System.getenv())
          .forEach(context.console()::result);
    } else if (to.equals("table")) {
      context
          .console()
          .result(RunTable.of(context.spark(), context.hadoop(), run).write(table.get(), format));
    } else {
      context.console().result(HubFolder.of(context.hadoop(), run).write(new Path(flags.out)));
    }
  }
}
