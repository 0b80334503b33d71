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
 * @param undecisive settings that change no result, besides {@code run}: how and where a run works,
 *     and the paths of its inputs, whose contents count; keys of the top level, or one level below
 *     it, such as {@code checkpoint.minutes}
 * @param unstable outputs that may differ between equal runs, besides {@code timings.json}
 * @param keep children of the work directory that survive a restart, such as {@code checkpoints}; a
 *     directory of them is never lost to a run of other inputs or settings, unless its name begins
 *     with {@code _}: that one only saves time
 */
public record RunRequest(
    String job,
    String out,
    Optional<String> runId,
    Settings settings,
    List<RunInput> inputs,
    Set<String> undecisive,
    Set<String> unstable,
    Set<String> keep) {
  public RunRequest {
    inputs = List.copyOf(inputs);
    undecisive = Set.copyOf(undecisive);
    unstable = Set.copyOf(unstable);
    keep = Set.copyOf(keep);
  }

  /** A run that starts over each time, all of whose settings and outputs decide what it is. */
  public RunRequest(
      String job, String out, Optional<String> runId, Settings settings, List<RunInput> inputs) {
    this(job, out, runId, settings, inputs, Set.of(), Set.of(), Set.of());
  }
}
