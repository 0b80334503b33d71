package org.radllama.eval.history;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import org.radllama.eval.report.PublishedScores;
import org.radllama.eval.report.TableFormats;
import org.radllama.eval.score.statistics.Summary;
import org.radllama.page.Columns;
import org.radllama.run.Json;

/** The same numbers as on the page, for programs. */
public final class HistoryFiles {
  private HistoryFiles() {}

  /**
   * {@code counts}; {@code runs} from the earliest to the latest, each with its {@code facts},
   * {@code inputs} (with the runs they are {@code from}) and {@code scores}; {@code flags}; {@code
   * set_aside}.
   */
  public static ObjectNode json(History history, List<Flag> flags) {
    ObjectNode root = Json.mapper().createObjectNode();
    root.set("counts", counts(history));
    ArrayNode runs = root.putArray("runs");
    history.runs().forEach(run -> runs.add(run(history, run)));
    ArrayNode flagged = root.putArray("flags");
    flags.forEach(flag -> flagged.add(flag(flag)));
    ArrayNode aside = root.putArray("set_aside");
    history
        .setAside()
        .forEach(
            s -> aside.addObject().put("folder", s.folder()).put("problem", s.problem().name()));
    return root;
  }

  private static ObjectNode flag(Flag flag) {
    ObjectNode node = Json.mapper().createObjectNode().put("run_id", flag.run());
    if (flag instanceof Flag.Fell fell) {
      node.put("kind", "fell").put("before", fell.before());
      node.set("now", score(fell.now()));
      node.set("then", score(fell.then()));
      node.put("same_dataset", fell.sameDataset()).put("same_signature", fell.sameSignature());
    } else if (flag instanceof Flag.OtherDataset other) {
      node.put("kind", "other_dataset").put("model", other.model());
      node.put("training", other.training());
      node.put("trained_on", other.trainedOn()).put("scored_on", other.scoredOn());
    }
    return node;
  }

  /** {@code folders} = all of {@code runs} by job + all of {@code set_aside} by problem. */
  public static ObjectNode counts(History history) {
    SortedMap<String, Integer> jobs = new TreeMap<>();
    history.runs().forEach(run -> jobs.merge(run.job(), 1, Integer::sum));
    SortedMap<String, Integer> problems = new TreeMap<>();
    history
        .setAside()
        .forEach(s -> problems.merge(s.problem().name().toLowerCase(Locale.ROOT), 1, Integer::sum));
    ObjectNode counts = Json.mapper().createObjectNode();
    counts.put("folders", history.runs().size() + history.setAside().size());
    jobs.forEach(counts.putObject("runs")::put);
    problems.forEach(counts.putObject("set_aside")::put);
    return counts;
  }

  private static ObjectNode run(History history, PublishedRun run) {
    ObjectNode node = Json.mapper().createObjectNode();
    node.put("run_id", run.id()).put("job", run.job());
    node.put("start", run.start().toString()).put("end", run.end().toString());
    node.put("seconds", run.seconds());
    run.facts().forEach(node.putObject("facts")::put);
    ArrayNode inputs = node.putArray("inputs");
    for (Lineage.Edge edge : history.lineage().of(run)) {
      ObjectNode input = inputs.addObject();
      input.put("name", edge.input().name()).put("sha256", edge.input().sha256());
      ArrayNode from = input.putArray("from");
      edge.origins().forEach(origin -> from.add(origin.text()));
    }
    ArrayNode scores = node.putArray("scores");
    run.scores().forEach(score -> scores.add(score(run, score)));
    return node;
  }

  /** With the hash of the reports and references that it is of, where the run says it. */
  private static ObjectNode score(PublishedRun run, Summary s) {
    ObjectNode node = score(s);
    run.testSet(PublishedScores.Part.of(s.key())).ifPresent(set -> node.put("test_set", set));
    return node;
  }

  private static ObjectNode score(Summary s) {
    ObjectNode node = Json.mapper().createObjectNode();
    node.put("system", s.key().system()).put("dataset", s.key().corpus().dataset());
    node.put("split", s.key().corpus().split()).put("subset", s.key().subset().label());
    node.put("metric", s.key().metric()).put("mean", s.mean());
    if (Double.isFinite(s.low()) && Double.isFinite(s.high())) {
      node.put("low", s.low()).put("high", s.high());
    }
    return node.put("n", s.n());
  }

  /** {@code runs.csv}: one row a run. */
  public static String runsCsv(History history) {
    return TableFormats.csv(
        new Columns<PublishedRun>()
            .add("run_id", PublishedRun::id)
            .add("job", PublishedRun::job)
            .add("start", PublishedRun::start)
            .add("end", PublishedRun::end)
            .add("seconds", PublishedRun::seconds)
            .add("version", run -> run.fact("versions.radllama"))
            .table("", history.runs()));
  }

  /** {@code scores.csv}: one row a score. */
  public static String scoresCsv(History history) {
    return TableFormats.csv(
        new Columns<History.Measured>()
            .add("run_id", m -> m.run().id())
            .add("end", m -> m.run().end())
            .add("system", m -> m.score().key().system())
            .add("dataset", m -> m.score().key().corpus().dataset())
            .add("split", m -> m.score().key().corpus().split())
            .add("subset", m -> m.score().key().subset().label())
            .add("metric", m -> m.score().key().metric())
            .add("mean", m -> m.score().mean())
            .add("low", m -> bound(m.score().low()))
            .add("high", m -> bound(m.score().high()))
            .add("n", m -> m.score().n())
            .add("test_set", m -> m.curve().reports())
            .table("", history.measured()));
  }

  private static String bound(double value) {
    return Double.isFinite(value) ? "" + value : "";
  }
}
