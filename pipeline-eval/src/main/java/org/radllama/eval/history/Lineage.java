package org.radllama.eval.history;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Which run read what of which other: by the digest over the files, so that a renamed run is still
 * found and a changed one is not.
 */
final class Lineage {
  private static final String ADAPTER = "adapter ";

  private final List<PublishedRun> runs;
  private final Map<String, List<Origin>> byDigest = new HashMap<>();

  /**
   * Where an input comes from.
   *
   * @param run that published it
   * @param path in it; empty for the whole run
   */
  record Origin(PublishedRun run, String path) {
    String text() {
      return path.isEmpty() ? run.id() : run.id() + "/" + path;
    }
  }

  /** An input of a run with the runs that published just these bytes; several, if made twice. */
  record Edge(PublishedRun run, PublishedRun.Input input, List<Origin> origins) {
    /** Those runs, or the beginning of the digest. */
    String from() {
      return origins.isEmpty()
          ? elsewhere(input.sha256())
          : origins.stream().map(Origin::text).collect(Collectors.joining(", "));
    }
  }

  private static String elsewhere(String digest) {
    return "elsewhere (" + digest.substring(0, 12) + ")";
  }

  /** Runs from the earliest to the latest. */
  Lineage(List<PublishedRun> runs) {
    this.runs = runs;
    for (PublishedRun run : runs) {
      run.products()
          .forEach(
              (digest, path) ->
                  byDigest
                      .computeIfAbsent(digest, key -> new ArrayList<>())
                      .add(new Origin(run, path)));
    }
  }

  /** What a run read. */
  List<Edge> of(PublishedRun run) {
    return run.inputs().stream()
        .map(input -> new Edge(run, input, origins(run, input.sha256())))
        .toList();
  }

  private List<Origin> origins(PublishedRun reader, String digest) {
    return byDigest.getOrDefault(digest, List.of()).stream()
        .filter(origin -> !origin.run().id().equals(reader.id()))
        .toList();
  }

  /**
   * Evaluations of adapters that learned from another dataset: what counts as clean there may have
   * been trained on.
   */
  List<Flag> otherDatasets() {
    List<Flag> flags = new ArrayList<>();
    for (PublishedRun run : runs) {
      Optional<String> scoredOn = run.input("dataset");
      for (Edge edge : run.job().equals("eval") ? of(run) : List.<Edge>of()) {
        if (edge.input().name().startsWith(ADAPTER) && scoredOn.isPresent()) {
          edge.origins().stream()
              .filter(origin -> origin.run().input("dataset").isPresent())
              .filter(origin -> !origin.run().input("dataset").equals(scoredOn))
              .limit(1)
              .forEach(origin -> flags.add(other(edge, origin)));
        }
      }
    }
    return flags;
  }

  private Flag other(Edge edge, Origin origin) {
    return new Flag.OtherDataset(
        edge.run().id(),
        edge.input().name(),
        origin.run().id(),
        dataset(origin.run()),
        dataset(edge.run()));
  }

  private String dataset(PublishedRun run) {
    String digest = run.input("dataset").orElseThrow();
    return origins(run, digest).stream().findFirst().map(Origin::text).orElse(elsewhere(digest));
  }
}
