package org.radllama.tracking;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.radllama.failure.BadInputException;
import org.radllama.failure.BadSettingException;
import org.radllama.failure.TryAgainException;
import org.radllama.run.JobContext;
import org.radllama.run.Run;
import org.radllama.run.SettingReader;

/** Tells an MLflow server of the runs that a job publishes. */
public final class Tracking {
  /** Names the server where no setting does, as for MLflow's own client. */
  private static final String URI_VARIABLE = "MLFLOW_TRACKING_URI";

  private final JobContext context;
  private final MlflowSettings settings;

  private Tracking(JobContext context, MlflowSettings settings) {
    this.context = context;
    this.settings = settings;
  }

  /**
   * Of a job, whose settings of {@code run.mlflow} are checked before it works.
   *
   * @throws BadSettingException naming what cannot be
   */
  public static Tracking of(JobContext context) {
    SettingReader r = new SettingReader(context.settings().sound());
    MlflowSettings settings = MlflowSettings.of(r.at("run.mlflow"));
    r.report();
    return new Tracking(context, settings);
  }

  /**
   * After the job has published a run: sends it where {@code run.mlflow.uri} says. The run stays
   * published whatever happens; a server that does not take it costs a line.
   */
  public void after(Run.Published<?> published) {
    if (settings.uri().isEmpty() || published.value().isEmpty()) {
      return;
    }
    try {
      send(context.hadoop(), published.directory(), settings, System.getenv())
          .forEach(context.console()::line);
    } catch (BadInputException | BadSettingException | TryAgainException e) {
      warn(e.getMessage(), published);
    } catch (RuntimeException e) {
      // Its message may hold what was to be sent.
      warn(e.getClass().getSimpleName(), published);
    }
  }

  private void warn(String why, Run.Published<?> published) {
    context
        .console()
        .line(
            "warning: the run is published, but MLflow has not taken it: %s; to send it later: radllama publish --to mlflow --set mlflow.uri=%s --set mlflow.experiment=%s %s"
                .formatted(
                    why, settings.uri().orElseThrow(), settings.experiment(), published.shown()));
  }

  /**
   * Sends a published run.
   *
   * @param environment credentials, and the server where the settings name none
   * @return what came of it, for a person
   * @throws BadInputException when no run is published there
   * @throws BadSettingException when no server is named, or it refuses
   * @throws TryAgainException when it does not answer
   */
  public static List<String> send(
      Configuration hadoop, Path run, MlflowSettings settings, Map<String, String> environment) {
    MlflowSettings addressed = addressed(settings, environment);
    String server = addressed.uri().orElseThrow().toString();
    try {
      TrackedRun tracked = new TrackedRun(run.getFileSystem(hadoop), run);
      return new MlflowRun(
              new MlflowServer(addressed.uri().orElseThrow(), environment), addressed, tracked)
          .send();
    } catch (MlflowServer.Refused e) {
      throw new BadSettingException("%s refuses %s".formatted(server, e.getMessage()), e);
    } catch (IOException e) {
      throw new TryAgainException("%s does not answer (%s)", server, e.getClass().getSimpleName());
    }
  }

  private static MlflowSettings addressed(
      MlflowSettings settings, Map<String, String> environment) {
    if (settings.uri().isPresent()) {
      return settings;
    }
    String uri = environment.getOrDefault(URI_VARIABLE, "");
    if (!MlflowSettings.isAddress(uri)) {
      throw new BadSettingException(
          "no MLflow server is named: mlflow.uri, or %s, must be its http or https address, without user or password (MLFLOW_TRACKING_USERNAME, MLFLOW_TRACKING_PASSWORD)",
          URI_VARIABLE);
    }
    return new MlflowSettings(
        Optional.of(MlflowSettings.address(uri)), settings.experiment(), settings.model());
  }
}
