package org.radllama.run;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a run is: the same job, inputs and settings make the same run.
 *
 * @param job the job's name
 * @param out where run directories are published
 * @param runId its name, or empty to derive one from inputs and settings
 * @param settings the effective configuration
 * @param inputs all that is read
 * @param keep children of the work directory that survive a restart, such as {@code checkpoints}
 */
public record RunRequest(
    String job,
    String out,
    Optional<String> runId,
    Settings settings,
    List<RunInput> inputs,
    Set<String> keep) {
  public RunRequest {
    inputs = List.copyOf(inputs);
    keep = Set.copyOf(keep);
  }
}
