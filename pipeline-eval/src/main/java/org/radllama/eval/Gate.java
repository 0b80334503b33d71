package org.radllama.eval;

import static org.radllama.text.Format.format;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.radllama.eval.history.Found;
import org.radllama.eval.history.PublishedRun;
import org.radllama.eval.history.RunListing;
import org.radllama.eval.history.SetAside;
import org.radllama.eval.join.Corpus;
import org.radllama.eval.score.statistics.Summary;
import org.radllama.failure.MissingResourceException;
import org.radllama.run.Digests;
import org.radllama.run.JobFailure;

/** What a dataset and the scores of an evaluation must be for the pipeline to go on. */
public final class Gate {
  private static final String METRICS = "metrics.json";

  private final GateConfig config;
  private final SortedMap<String, Found> found = new TreeMap<>();

  private Gate(GateConfig config, List<Found> all) {
    this.config = config;
    for (Found one : all) {
      found.put(one instanceof PublishedRun run ? run.id() : ((SetAside) one).folder(), one);
    }
  }

  /**
   * Checks a run; returns one line that says what was seen.
   *
   * @throws JobFailure exit 3 for a run that must not go on
   * @throws MissingResourceException when the file system does not answer, which is no verdict
   */
  public static String check(Configuration hadoop, GateConfig config) {
    Path run = new Path(config.runs(), config.run());
    try {
      if (!run.getFileSystem(hadoop).exists(run)) {
        throw closed("run %s is not published: there is no %s", config.run(), run);
      }
    } catch (IOException e) {
      throw new MissingResourceException(
          "cannot read %s (%s); try again".formatted(run, e.getClass().getSimpleName()), e);
    }
    Gate gate = new Gate(config, RunListing.read(hadoop, config.runs(), config.threads()));
    return config.isDataset() ? gate.dataset() : gate.scores();
  }

  private static JobFailure closed(String message, Object... parts) {
    return JobFailure.input(format(message, parts));
  }

  private PublishedRun published(String id, String job) {
    Found one = found.get(id);
    if (one instanceof PublishedRun run) {
      if (!run.job().equals(job)) {
        throw closed("run %s is of %s, not of %s", id, run.job(), job);
      }
      return run;
    }
    if (one instanceof SetAside aside) {
      answered(aside);
      throw closed("run %s is not published, or damaged: %s", id, aside.problem().meaning());
    }
    throw closed("run %s is not published: it is not in %s", id, config.runs());
  }

  private void answered(SetAside aside) {
    if (aside.problem() == SetAside.Problem.UNREADABLE) {
      throw new MissingResourceException(
          "cannot read %s in %s; try again, or remove it".formatted(aside.folder(), config.runs()));
    }
  }

  private String dataset() {
    PublishedRun run = published(config.run(), "ingest");
    GateConfig.Dataset limits = config.dataset();
    long read = count(run, "counts.read");
    long train = count(run, "counts.train");
    long test = count(run, "counts.test");
    long rejected = sum(run, "counts.rejected");
    long others =
        train + count(run, "counts.validate") + test + rejected + sum(run, "counts.duplicates");
    // Ingest counts the leaked reports also where it took their neighbours out of train.
    boolean removed = run.fact("configuration.dedup.leakage").equals("remove");
    long leaked = removed ? 0 : count(run, "leakage.test");
    List<String> problems = new ArrayList<>();
    if (read != others) {
      problems.add(format("%d reports were read, but the others add up to %d", read, others));
    }
    atLeast(problems, "read", read, limits.minRead());
    atLeast(problems, "train", train, limits.minTrain());
    atLeast(problems, "test", test, limits.minTest());
    atMost(problems, "rejected", rejected, read, limits.rejectedShare(), "max-rejected-share");
    atMost(
        problems,
        "test reports with a neighbour in train",
        leaked,
        test,
        limits.leakedShare(),
        "max-leaked-share");
    if (!problems.isEmpty()) {
      throw closed("dataset %s: %s", run.id(), String.join("; ", problems));
    }
    return format(
        "dataset %s: %d read, %d train, %d test, %d rejected, %d leaked: gate open",
        run.id(), read, train, test, rejected, leaked);
  }

  private static void atLeast(List<String> problems, String split, long seen, int least) {
    if (seen < least) {
      problems.add(
          format("%s has %d reports, fewer than %d (dataset.min-%s)", split, seen, least, split));
    }
  }

  private static void atMost(
      List<String> problems, String what, long seen, long of, double limit, String setting) {
    double share = of == 0 ? 1 : (double) seen / of;
    if (share > limit) {
      problems.add(
          format(
              "%s: %d of %d (%.1f%%), at most %.1f%% is allowed (dataset.%s)",
              what, seen, of, 100 * share, 100 * limit, setting));
    }
  }

  private static long count(PublishedRun run, String fact) {
    String value = run.fact(fact);
    if (!value.matches("[0-9]{1,15}")) {
      throw closed(
          "run %s: manifest.json has no count of %s",
          run.id(), fact.substring(fact.lastIndexOf('.') + 1));
    }
    return Long.parseLong(value);
  }

  private static long sum(PublishedRun run, String facts) {
    if (run.facts().containsKey(facts)) {
      throw closed("run %s: in manifest.json, %s is not a list of counts", run.id(), facts);
    }
    return run.facts().keySet().stream()
        .filter(fact -> fact.startsWith(facts + "."))
        .mapToLong(fact -> count(run, fact))
        .sum();
  }

  /** A score, and the run it is of. */
  private record Measured(String run, Summary score) {}

  private String scores() {
    PublishedRun run = published(config.run(), "eval");
    SortedMap<Corpus, Summary> now = deciding(run);
    requireUsable(run, now);
    SortedSet<Corpus> others = new TreeSet<>();
    SortedMap<Corpus, Measured> before = before(run, now, others);
    List<String> problems = new ArrayList<>();
    if (config.scores().closesOnOtherTestSet()) {
      others.forEach(
          corpus ->
              problems.add(
                  "%s: no earlier evaluation scored the same reports (scores.other-test-set)"
                      .formatted(name(corpus))));
    }
    now.forEach(
        (corpus, score) -> {
          Measured measured = before.get(corpus);
          if (measured != null && score.mean() < measured.score.low()) {
            problems.add(
                format(
                    "%s: %s %.4f is below %.4f, the interval of %s",
                    name(corpus),
                    config.scores().metric(),
                    score.mean(),
                    measured.score.low(),
                    measured.run));
          }
        });
    before.forEach(
        (corpus, measured) -> {
          if (!now.containsKey(corpus)) {
            problems.add("%s: no score, but %s has one".formatted(name(corpus), measured.run));
          }
        });
    if (!problems.isEmpty()) {
      throw closed("evaluation %s, %s: %s", run.id(), what(), String.join("; ", problems));
    }
    String against =
        before.values().stream()
            .map(Measured::run)
            .distinct()
            .sorted()
            .collect(Collectors.joining(", "));
    String uncompared =
        others.isEmpty()
            ? ""
            : "; NOT COMPARED, no earlier evaluation scored the same reports: "
                + others.stream().map(Gate::name).collect(Collectors.joining(", "));
    String nothing = others.isEmpty() ? "nothing: it is the first" : "nothing";
    return "evaluation %s: %s compared with %s%s: gate open"
        .formatted(run.id(), what(), against.isEmpty() ? nothing : against, uncompared);
  }

  private static String name(Corpus corpus) {
    return corpus.dataset() + " " + corpus.split();
  }

  private String what() {
    GateConfig.Scores of = config.scores();
    return "%s of system %s on %s reports".formatted(of.metric(), of.system(), of.subset());
  }

  /** The deciding scores of a run, by corpus. */
  private SortedMap<Corpus, Summary> deciding(PublishedRun run) {
    GateConfig.Scores of = config.scores();
    return run.scores().stream()
        .filter(score -> score.key().system().equals(of.system()))
        .filter(score -> score.key().metric().equals(of.metric()))
        .filter(score -> score.key().subset().label().equals(of.subset()))
        .collect(Collectors.toMap(s -> s.key().corpus(), s -> s, (a, b) -> b, TreeMap::new));
  }

  private void requireUsable(PublishedRun run, Map<Corpus, Summary> scores) {
    Optional<String> problem = problem(run, scores);
    if (problem.isPresent()) {
      throw closed("evaluation %s: %s", run.id(), problem.get());
    }
  }

  /** Why the scores of a run say nothing. */
  private Optional<String> problem(PublishedRun run, Map<Corpus, Summary> scores) {
    if (!asPublished(run)) {
      return Optional.of("metrics.json was changed after the run was published");
    }
    if (scores.isEmpty()) {
      return Optional.of("no %s (scores.metric, scores.system, scores.subset)".formatted(what()));
    }
    return scores.values().stream().allMatch(score -> Double.isFinite(score.low()))
        ? Optional.empty()
        : Optional.of("metrics.json has a score without an interval");
  }

  private static boolean asPublished(PublishedRun run) {
    return run.read().stream()
        .filter(file -> file.path().equals(run.id() + "/" + METRICS))
        .map(file -> new Digests.Entry(METRICS, file.bytes(), file.sha256()))
        .anyMatch(file -> METRICS.equals(run.products().get(Digests.ofListing(List.of(file)))));
  }

  /**
   * By corpus, the newest score before this run's of the same reports with the same references.
   * What the evaluation just before has and this one lacks is among them too, so that no corpus is
   * lost in silence.
   *
   * @param others receives the corpora that were scored before, but on other reports or on reports
   *     that are not known
   */
  private SortedMap<Corpus, Measured> before(
      PublishedRun run, SortedMap<Corpus, Summary> now, Set<Corpus> others) {
    Optional<String> named = config.scores().compareWith();
    SortedMap<Corpus, Measured> before = new TreeMap<>();
    AtomicReference<String> newest = new AtomicReference<>();
    for (PublishedRun one :
        named.map(id -> List.of(published(id, "eval"))).orElseGet(() -> earlier(run))) {
      SortedMap<Corpus, Summary> scores = deciding(one);
      if (named.isPresent()) {
        requireUsable(one, scores);
      } else if (problem(one, scores).isPresent()) {
        // It measures nothing; the one before it does.
        continue;
      }
      newest.compareAndSet(null, one.id());
      scores.forEach(
          (corpus, score) -> {
            Summary own = now.get(corpus);
            if (own == null ? one.id().equals(newest.get()) : run.measuresAs(own, one, score)) {
              before.putIfAbsent(corpus, new Measured(one.id(), score));
            } else if (own != null) {
              others.add(corpus);
            }
          });
    }
    others.removeAll(before.keySet());
    if (named.isPresent() && !others.isEmpty()) {
      throw closed(
          "evaluation %s: %s scored other reports, or does not record which (scores.compare-with): %s",
          run.id(), named.get(), others.stream().map(Gate::name).collect(Collectors.joining(", ")));
    }
    return before;
  }

  /** The evaluations that ended before a run, the newest first. */
  private List<PublishedRun> earlier(PublishedRun run) {
    List<PublishedRun> earlier = new ArrayList<>();
    for (Found one : found.values()) {
      if (one instanceof SetAside aside) {
        // It may be the one to compare with.
        answered(aside);
      } else if (one instanceof PublishedRun other
          && other.job().equals("eval")
          && other.end().isBefore(run.end())) {
        earlier.add(other);
      }
    }
    earlier.sort(
        Comparator.comparing(PublishedRun::end).thenComparing(PublishedRun::id).reversed());
    return earlier;
  }
}
