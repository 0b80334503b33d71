package org.radllama.publish;

import java.io.IOException;
import org.apache.hadoop.fs.Path;
import org.radllama.failure.BadInputException;
import org.radllama.failure.BadSettingException;
import org.radllama.failure.TryAgainException;
import org.radllama.run.JobContext;
import org.radllama.run.SettingReader;
import org.radllama.tracking.MlflowSettings;
import org.radllama.tracking.Tracking;

/** Hands a published run on. Nothing leaves this machine but to the MLflow server that is named. */
final class Publish {
  private Publish() {}

  /**
   * Sends or lays out a run, and says what was done.
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
        to.equals("mlflow") || to.equals("folder"), "--to must be mlflow or folder, not %s", to);
    r.require(
        !to.equals("folder") || flags.out != null,
        "--to folder needs --out DIR, the folder to make");
    MlflowSettings mlflow = MlflowSettings.of(r.at("mlflow"));
    r.report();
    Path run = new Path(flags.run);
    if (to.equals("mlflow")) {
      Tracking.send(context.hadoop(), run, mlflow, System.getenv())
          .forEach(context.console()::result);
    } else {
      context.console().result(HubFolder.of(context.hadoop(), run).write(new Path(flags.out)));
    }
  }
}
