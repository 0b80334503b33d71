package org.radllama.eval.history;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.radllama.eval.report.PublishedScores;
import org.radllama.eval.score.statistics.Summary;
import org.radllama.run.Digests;

/**
 * One run, as its small files tell it.
 *
 * @param id its folder's name
 * @param job {@code ingest}, {@code train}, {@code eval}, ...
 * @param start when it began
 * @param end when it was published
 * @param facts configuration, counts, versions and all else of the manifest but lists of files, by
 *     dotted path
 * @param inputs what it read
 * @param products the digest, as an input, of what it offers to other runs, with its path inside
 *     the run: empty for the whole run, {@code adapter}, {@code predictions.jsonl}
 * @param scores of an evaluation; empty for other jobs
 * @param testSets which reports they are of; empty for other jobs, and for evaluations that do not
 *     say it
 * @param read the files it was read from
 */
public record PublishedRun(
    String id,
    String job,
    Instant start,
    Instant end,
    SortedMap<String, String> facts,
    List<Input> inputs,
    Map<String, String> products,
    List<Summary> scores,
    Map<PublishedScores.Part, String> testSets,
    List<Digests.Entry> read)
    implements Found {
  public PublishedRun {
    facts = Collections.unmodifiableSortedMap(new TreeMap<>(facts));
    inputs = List.copyOf(inputs);
    products = Map.copyOf(products);
    scores = List.copyOf(scores);
    testSets = Map.copyOf(testSets);
    read = List.copyOf(read);
  }

  /** Something read, by the digest over its files. */
  public record Input(String name, String sha256) {}

  /** How long it took, in seconds. */
  public double seconds() {
    return Math.max(0, (end.toEpochMilli() - start.toEpochMilli()) / 1000.0);
  }

  /** A fact, or nothing. */
  public String fact(String key) {
    return facts.getOrDefault(key, "");
  }

  /** Which reports with which references a score is of; empty where the run does not say it. */
  public Optional<String> testSet(PublishedScores.Part part) {
    return Optional.ofNullable(testSets.get(part));
  }

  /** Whether a score of this run and one of another are of the same reports and references. */
  public boolean measuresAs(Summary own, PublishedRun other, Summary theirs) {
    Optional<String> set = testSet(PublishedScores.Part.of(own.key()));
    return set.isPresent()
        && set.equals(other.testSet(PublishedScores.Part.of(theirs.key())))
        && own.n() == theirs.n();
  }

  /** The digest of an input. */
  public Optional<String> input(String name) {
    return inputs.stream().filter(i -> i.name().equals(name)).map(Input::sha256).findFirst();
  }

  /** With the scores that are asked for; an empty list asks for all. */
  PublishedRun only(List<String> metrics, List<String> subsets) {
    Stream<Summary> kept =
        scores.stream()
            .filter(s -> metrics.isEmpty() || metrics.contains(s.key().metric()))
            .filter(s -> subsets.isEmpty() || subsets.contains(s.key().subset().label()));
    return new PublishedRun(
        id, job, start, end, facts, inputs, products, kept.toList(), testSets, read);
  }
}
