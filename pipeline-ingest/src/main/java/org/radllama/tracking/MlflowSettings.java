package org.radllama.tracking;

import java.net.URI;
import java.util.Optional;
import org.radllama.run.SettingReader;

/**
 * Which MLflow server is told of runs.
 *
 * @param uri the server's address, or empty for none
 * @param experiment the experiment's name, which is made if it is missing
 * @param model the registered model of which adapters become versions, or empty for none
 */
public record MlflowSettings(Optional<URI> uri, String experiment, Optional<String> model) {
  /** Of a group with {@code uri}, {@code experiment} and {@code model}. */
  public static MlflowSettings of(SettingReader r) {
    String given = r.text("uri");
    Optional<URI> uri = Optional.empty();
    if (!given.isEmpty()) {
      r.require(
          isAddress(given),
          "uri must be the http or https address of an MLflow server, without user or password (MLFLOW_TRACKING_USERNAME, MLFLOW_TRACKING_PASSWORD)");
      uri = r.made(() -> Optional.of(address(given)), uri);
    }
    r.require(!r.text("experiment").isBlank(), "experiment has no name");
    return new MlflowSettings(
        uri, r.text("experiment"), Optional.of(r.text("model")).filter(name -> !name.isEmpty()));
  }

  /** Whether it is an address of HTTP or HTTPS without user or password, which may be shown. */
  static boolean isAddress(String given) {
    return given.matches("https?://[A-Za-z0-9.:\\[\\]_-]+(/[A-Za-z0-9._~/-]*)?");
  }

  /** Such an address. */
  static URI address(String given) {
    return URI.create(given.replaceFirst("/+$", ""));
  }
}
