package org.radllama.lineage;

import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Function;
import org.radllama.failure.BadSettingException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where events go, by {@code spark.openlineage.*} as OpenLineage's Spark integration has them, else
 * by {@code OPENLINEAGE_*} of the environment. They are no settings of a job, since they change
 * nothing of its result, and so stand in no manifest.
 *
 * @param url takes events by HTTP; empty for a file
 * @param file of this machine, gets a line for each event; empty for HTTP
 * @param apiKey sent as bearer token
 * @param namespace of the jobs
 * @param parent what started the run
 * @param root what started the parent
 */
public record LineageSettings(
    Optional<URI> url,
    Optional<Path> file,
    Optional<String> apiKey,
    String namespace,
    Optional<Parent> parent,
    Optional<Parent> root) {
  private static final Logger LOG = LoggerFactory.getLogger(LineageSettings.class);
  private static final String PREFIX = "spark.openlineage.";
  private static final String TRANSPORT = "transport.";
  private static final String ENDPOINT = "api/v1/lineage";

  /**
   * Reads them.
   *
   * @param spark a setting of Spark's by its whole name
   * @param environment the process's variables
   * @return empty where nothing says where events go, or a way that is not known here
   * @throws BadSettingException for a place that cannot be
   */
  public static Optional<LineageSettings> of(
      Function<String, Optional<String>> spark, Map<String, String> environment) {
    Function<String, Optional<String>> own =
        key -> spark.apply(PREFIX + key).filter(value -> !value.isBlank());
    Function<String, Optional<String>> variable =
        name -> Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    if (variable.apply("OPENLINEAGE_DISABLED").filter("true"::equalsIgnoreCase).isPresent()) {
      return Optional.empty();
    }
    String type =
        own.apply(TRANSPORT + "type")
            .orElse(variable.apply("OPENLINEAGE_URL").isPresent() ? "http" : "");
    Optional<URI> url = Optional.empty();
    Optional<Path> file = Optional.empty();
    switch (type) {
      case "" -> {
        return Optional.empty();
      }
      case "http" -> url = Optional.of(url(own, variable));
      case "file" -> file = Optional.of(file(own));
      default -> {
        // One of OpenLineage's own listener, which may run beside this.
        LOG.warn(
            "no lineage of this job is sent: {}{}type is {}, known here are http and file",
            PREFIX,
            TRANSPORT,
            type);
        return Optional.empty();
      }
    }
    Optional<String> apiKey =
        own.apply(TRANSPORT + "auth.apiKey").or(() -> variable.apply("OPENLINEAGE_API_KEY"));
    if (apiKey.filter(key -> !key.matches("[!-~]+")).isPresent()) {
      throw new BadSettingException(
          "%s%sauth.apiKey or OPENLINEAGE_API_KEY cannot be sent: it has blanks, line ends or letters that are not ASCII",
          PREFIX, TRANSPORT);
    }
    return Optional.of(
        new LineageSettings(
            url,
            file,
            apiKey,
            own.apply("namespace")
                .or(() -> variable.apply("OPENLINEAGE_NAMESPACE"))
                .orElse("radllama"),
            Parent.of(own, "parent")
                .or(() -> variable.apply("OPENLINEAGE_PARENT_ID").flatMap(Parent::of)),
            Parent.of(own, "rootParent")));
  }

  private static URI url(
      Function<String, Optional<String>> own, Function<String, Optional<String>> variable) {
    String base =
        own.apply(TRANSPORT + "url").or(() -> variable.apply("OPENLINEAGE_URL")).orElse("");
    String endpoint =
        own.apply(TRANSPORT + "endpoint")
            .or(() -> variable.apply("OPENLINEAGE_ENDPOINT"))
            .orElse(ENDPOINT);
    // Not quoted where it is bad: it may hold a password.
    if (!base.matches("https?://[^\\s/?#]+(/\\S*)?")) {
      throw new BadSettingException(
          "%s%surl or OPENLINEAGE_URL must be like https://HOST:PORT", PREFIX, TRANSPORT);
    }
    try {
      URI url = URI.create(base.replaceFirst("/+$", "") + "/" + endpoint.replaceFirst("^/+", ""));
      if (url.getHost() == null) {
        throw new IllegalArgumentException("no host");
      }
      return url;
    } catch (IllegalArgumentException e) {
      throw new BadSettingException(
          "%s%surl or its endpoint is no URL".formatted(PREFIX, TRANSPORT), e);
    }
  }

  private static Path file(Function<String, Optional<String>> own) {
    try {
      return Path.of(own.apply(TRANSPORT + "location").orElseThrow());
    } catch (InvalidPathException | NoSuchElementException e) {
      throw new BadSettingException(
          "%s%slocation must name a file of this machine".formatted(PREFIX, TRANSPORT), e);
    }
  }
}
