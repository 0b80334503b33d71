package org.radllama.lineage;

import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A run that started this one, such as an Airflow task.
 *
 * @param namespace of its job
 * @param name of its job
 * @param runId a UUID
 */
record Parent(String namespace, String name, String runId) {
  private static final Pattern UUID =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
  private static final Pattern ID = Pattern.compile("(.+)/([^/]+)/([^/]+)");

  /** By {@code OPENLINEAGE_PARENT_ID}: namespace, job and run with slashes between. */
  static Optional<Parent> of(String id) {
    Matcher parts = ID.matcher(id);
    return parts.matches()
        ? known(new Parent(parts.group(1), parts.group(2), parts.group(3)))
        : Optional.empty();
  }

  /**
   * By three settings, such as {@code parentJobNamespace}, {@code parentJobName}, {@code
   * parentRunId}.
   */
  static Optional<Parent> of(Function<String, Optional<String>> setting, String prefix) {
    Optional<String> namespace = setting.apply(prefix + "JobNamespace");
    Optional<String> name = setting.apply(prefix + "JobName");
    Optional<String> runId = setting.apply(prefix + "RunId");
    return namespace.isEmpty() || name.isEmpty() || runId.isEmpty()
        ? Optional.empty()
        : known(new Parent(namespace.get(), name.get(), runId.get()));
  }

  private static Optional<Parent> known(Parent parent) {
    return Optional.of(parent).filter(p -> UUID.matcher(p.runId()).matches());
  }
}
