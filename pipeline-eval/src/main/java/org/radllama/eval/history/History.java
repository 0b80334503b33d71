package org.radllama.eval.history;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.radllama.eval.join.Subset;
import org.radllama.eval.report.PublishedScores;
import org.radllama.eval.score.statistics.ScoreKey;
import org.radllama.eval.score.statistics.Summary;

/** Runs in the order of their ends, and what follows from it. The order they came in is nothing. */
public final class History {
  private final List<PublishedRun> runs;
  private final List<SetAside> setAside;
  private final Lineage lineage;

  private History(List<PublishedRun> runs, List<SetAside> setAside) {
    this.runs = runs;
    this.setAside = setAside;
    this.lineage = new Lineage(runs);
  }

  /**
   * Of what was found, without reports of this kind.
   *
   * @param metrics the scores that are kept; empty for all
   * @param subsets their subsets; empty for all
   */
  public static History of(Collection<Found> found, List<String> metrics, List<String> subsets) {
    List<PublishedRun> runs = new ArrayList<>();
    List<SetAside> setAside = new ArrayList<>();
    for (Found one : found) {
      if (one instanceof SetAside aside) {
        setAside.add(aside);
      } else if (one instanceof PublishedRun run && !run.job().equals("report")) {
        runs.add(run.only(metrics, subsets));
      }
    }
    runs.sort(Comparator.comparing(PublishedRun::end).thenComparing(PublishedRun::id));
    setAside.sort(Comparator.comparing(SetAside::folder));
    return new History(List.copyOf(runs), List.copyOf(setAside));
  }

  /** All runs, the earliest first. */
  public List<PublishedRun> runs() {
    return runs;
  }

  /** Folders that are no readable runs, by name. */
  public List<SetAside> setAside() {
    return setAside;
  }

  /** Which run read which. */
  Lineage lineage() {
    return lineage;
  }

  /** A run by its id. */
  public Optional<PublishedRun> find(String id) {
    return runs.stream().filter(run -> run.id().equals(id)).findFirst();
  }

  /** A score of a run. */
  record Measured(PublishedRun run, Summary score) {
    /** What it is of. */
    Curve curve() {
      ScoreKey key = score.key();
      PublishedScores.Part all = new PublishedScores.Part(key.corpus(), Subset.ALL);
      return new Curve(
          key, run.testSet(all).orElse(""), run.testSet(PublishedScores.Part.of(key)).orElse(""));
    }
  }

  /**
   * What a score over time is of: only values of one curve compare.
   *
   * @param key system, corpus, subset and score
   * @param whole which reports of the corpus were scored; empty where the runs do not say it
   * @param reports which of the subset; another train split leaves other reports clean
   */
  record Curve(ScoreKey key, String whole, String reports) implements Comparable<Curve> {
    private static final Comparator<Curve> ORDER =
        Comparator.comparing(Curve::key).thenComparing(Curve::whole).thenComparing(Curve::reports);

    /** Whether the reports are known, so that values compare at all. */
    boolean isKnown() {
      return !reports.isEmpty();
    }

    /** Whether it is a subset that is all reports, whose values are those of another curve. */
    boolean isWhole() {
      return isKnown() && reports.equals(whole) && !key.subset().equals(Subset.ALL);
    }

    @Override
    public int compareTo(Curve other) {
      return ORDER.compare(this, other);
    }
  }

  /** Evaluations that do not say which reports they scored. */
  long withoutTestSets() {
    return runs.stream()
        .filter(run -> run.job().equals("eval") && !run.scores().isEmpty())
        .filter(run -> run.testSets().isEmpty())
        .count();
  }

  /** All scores, run by run. */
  List<Measured> measured() {
    return runs.stream()
        .flatMap(run -> run.scores().stream().map(score -> new Measured(run, score)))
        .toList();
  }

  /** Scores over time, by what they are of. */
  SortedMap<Curve, List<Measured>> series() {
    return measured().stream()
        .collect(
            Collectors.groupingBy(
                Measured::curve, TreeMap::new, Collectors.toCollection(ArrayList::new)));
  }

  /** What should be looked at, the newest first. */
  public List<Flag> flags(List<String> metrics, List<String> subsets) {
    Map<String, List<Flag>> byRun = new LinkedHashMap<>();
    for (int i = runs.size() - 1; i >= 0; i--) {
      byRun.put(runs.get(i).id(), new ArrayList<>());
    }
    series()
        .forEach(
            (curve, measured) -> {
              ScoreKey key = curve.key();
              if (curve.isKnown()
                  && metrics.contains(key.metric())
                  && subsets.contains(key.subset().label())) {
                fallen(measured).forEach(flag -> byRun.get(flag.run()).add(flag));
              }
            });
    lineage.otherDatasets().forEach(flag -> byRun.get(flag.run()).add(flag));
    return byRun.values().stream().flatMap(List::stream).toList();
  }

  private static List<Flag> fallen(List<Measured> measured) {
    List<Flag> flags = new ArrayList<>();
    for (int i = 1; i < measured.size(); i++) {
      Measured before = measured.get(i - 1);
      Measured now = measured.get(i);
      if (now.score.mean() < before.score.low()) {
        flags.add(
            new Flag.Fell(
                now.run.id(),
                before.run.id(),
                now.score,
                before.score,
                now.run.input("dataset").equals(before.run.input("dataset")),
                now.run.fact("signature").equals(before.run.fact("signature"))));
      }
    }
    return flags;
  }

  /** Two runs of a kind that follow on each other, the newest pair first. */
  public record Pair(PublishedRun before, PublishedRun after) {}

  /** Two runs by their ids, first the one that counts as before; empty where no ids are given. */
  public Optional<Pair> pair(List<String> ids) {
    return ids.isEmpty()
        ? Optional.empty()
        : Optional.of(new Pair(find(ids.get(0)).orElseThrow(), find(ids.get(1)).orElseThrow()));
  }

  /**
   * Consecutive runs of each job; a model trained whole does not follow on an adapter.
   *
   * @param most pairs of each
   */
  List<Pair> consecutive(int most) {
    SortedMap<String, List<PublishedRun>> alike =
        runs.stream()
            .collect(
                Collectors.groupingBy(
                    run -> run.job() + " " + run.fact("configuration.method"),
                    TreeMap::new,
                    Collectors.toList()));
    List<Pair> pairs = new ArrayList<>();
    for (List<PublishedRun> kind : alike.values()) {
      for (int i = kind.size() - 1; i >= Math.max(1, kind.size() - most); i--) {
        pairs.add(new Pair(kind.get(i - 1), kind.get(i)));
      }
    }
    return pairs;
  }
}
