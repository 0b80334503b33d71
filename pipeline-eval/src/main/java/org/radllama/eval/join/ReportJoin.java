package org.radllama.eval.join;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function2;
import org.radllama.dataset.InstructionExample;
import org.radllama.eval.predict.EvaluationSet;
import org.radllama.eval.predict.SystemAnswers;
import org.radllama.failure.BadInputException;
import org.radllama.failure.BadSettingException;
import scala.Tuple2;

/** Brings rows together on Spark: one shuffle by id, sorted within its partitions. */
public final class ReportJoin {
  private static final long BYTES_A_PARTITION = 24L << 20;
  private static final int ROWS_A_PARTITION = 20_000;

  private final Layout layout;
  private final List<InputFile> files;
  private final Configuration hadoop;
  private final JavaPairRDD<RowKey, JoinRow> sorted;
  private JoinCounts counts;

  private ReportJoin(
      Layout layout,
      List<InputFile> files,
      Configuration hadoop,
      JavaPairRDD<RowKey, JoinRow> sorted) {
    this.layout = layout;
    this.files = files;
    this.hadoop = hadoop;
    this.sorted = sorted;
  }

  /**
   * Prepares a join; nothing but the first lines of files of scores is read.
   *
   * @throws BadInputException when a file is absent or names no scores
   * @throws BadSettingException when scores belong to no system
   */
  public static ReportJoin of(JavaSparkContext spark, Inputs inputs) throws IOException {
    return of(spark, inputs, 0);
  }

  /** In so many partitions, which changes no result; 0: as many as the inputs' size asks for. */
  public static ReportJoin of(JavaSparkContext spark, Inputs inputs, int partitions)
      throws IOException {
    Configuration hadoop = spark.hadoopConfiguration();
    Map<String, InputFile> predictions = new TreeMap<>();
    for (Map.Entry<String, String> file : inputs.predictions().entrySet()) {
      String name = file.getKey();
      InputFile input = InputFile.predictions(hadoop, "--predictions " + name, file.getValue());
      Set<String> own = input.systems(hadoop);
      if (own.size() < 2) {
        add(predictions, name, own.isEmpty() ? input.withoutSystems() : input);
      } else {
        own.forEach(
            system -> add(predictions, SystemsOfFile.name(input, name, system), input.of(system)));
      }
    }
    TreeSet<String> names = new TreeSet<>(predictions.keySet());
    for (SystemAnswers answers : inputs.local()) {
      if (!names.add(answers.name())) {
        throw twice(answers.name());
      }
    }
    List<String> systems = new ArrayList<>(names);
    List<Source> sources = new ArrayList<>();
    List<InputFile> files = new ArrayList<>();
    for (String system : systems) {
      InputFile file = predictions.get(system);
      sources.add(new Source(file == null ? system : file.name(), system, List.of(), file != null));
      files.add(file);
    }
    for (Inputs.ScoresOf scores : inputs.scores()) {
      InputFile file = InputFile.scores(hadoop, "--scores " + scores.system(), scores.path());
      sources.add(new Source(file.name(), scores.system(), file.metrics(), true));
      files.add(file);
    }
    requireSystems(sources, systems);
    Layout layout =
        new Layout(systems, sources, inputs.set().isPresent(), inputs.policy(), inputs.subsets());
    return new ReportJoin(layout, files, hadoop, sorted(spark, inputs, layout, files, partitions));
  }

  private static void add(Map<String, InputFile> predictions, String name, InputFile input) {
    if (predictions.put(name, input) != null) {
      throw twice(name);
    }
  }

  private static BadSettingException twice(String name) {
    return new BadSettingException(
        "two systems are named %s: choose another NAME for --predictions", name);
  }

  private static void requireSystems(List<Source> sources, List<String> systems) {
    TreeSet<String> seen = new TreeSet<>();
    for (Source source : sources) {
      if (!systems.contains(source.system())) {
        throw new BadSettingException(
            "%s: no such system, only %s".formatted(source.name(), systems));
      }
      for (String metric : source.metrics()) {
        if (!seen.add(source.system() + "\n" + metric)) {
          throw new BadInputException(
              "%s: another file of this system has %s too".formatted(source.name(), metric));
        }
      }
    }
  }

  private static JavaPairRDD<RowKey, JoinRow> sorted(
      JavaSparkContext spark, Inputs inputs, Layout layout, List<InputFile> files, int asked)
      throws IOException {
    List<Tuple2<RowKey, JoinRow>> local = local(inputs, layout);
    long bytes = 0;
    JavaPairRDD<RowKey, JoinRow> rows =
        spark.parallelizePairs(local, 1 + local.size() / ROWS_A_PARTITION);
    for (int source = 0; source < files.size(); source++) {
      if (files.get(source) != null) {
        bytes += files.get(source).bytes(spark.hadoopConfiguration());
        rows = rows.union(files.get(source).rows(spark, source));
      }
    }
    long fitting = 1 + bytes / BYTES_A_PARTITION + local.size() / ROWS_A_PARTITION;
    long wanted = asked > 0 ? asked : fitting;
    return rows.repartitionAndSortWithinPartitions(
        new IdGroups((int) Math.min(IdGroups.GROUPS, wanted)));
  }

  private static List<Tuple2<RowKey, JoinRow>> local(Inputs inputs, Layout layout) {
    List<Tuple2<RowKey, JoinRow>> rows = new ArrayList<>();
    if (inputs.set().isPresent()) {
      EvaluationSet set = inputs.set().get();
      List<List<Subset>> subsets = inputs.subsets().of(set);
      for (int i = 0; i < subsets.size(); i++) {
        InstructionExample item = set.examples().get(i);
        JoinRow row =
            new JoinRow.Report(
                new Corpus(item.source(), set.split().label()),
                item.impression(),
                item.findings(),
                subsets.get(i));
        rows.add(new Tuple2<>(new RowKey(item.id(), RowKey.REPORT, i), row));
      }
    }
    for (SystemAnswers answers : inputs.local()) {
      int source = layout.systems().indexOf(answers.name());
      answers
          .byId()
          .forEach(
              (id, text) ->
                  rows.add(
                      new Tuple2<>(
                          new RowKey(id, source, 0), new JoinRow.Answer(text, List.of(), null))));
    }
    return rows;
  }

  /**
   * Counts what meets, on the first call.
   *
   * @throws BadInputException when a line is damaged, a reference is missing or contradicts
   *     another, or no report is left to score
   */
  public JoinCounts counts() throws IOException {
    if (counts != null) {
      return counts;
    }
    Layout shared = layout;
    JoinCounts all =
        sorted.mapPartitions(rows -> List.of(counted(rows, shared)).iterator()).collect().stream()
            .reduce(new JoinCounts(layout.sources().size()), JoinCounts::add);
    if (all.problem() != null) {
      throw failure(all.problem());
    }
    all.check();
    requireMatches(all);
    if (all.scored() == 0) {
      throw new BadInputException(
          "no report of the split has a prediction of every system"
              + " (setting predictions.missing = empty counts a missing one as empty)");
    }
    counts = all;
    return all;
  }

  /** An evaluation of predictions of other reports would score nothing, or empty texts. */
  private void requireMatches(JoinCounts all) {
    for (int i = 0; i < layout.systems().size(); i++) {
      Source source = layout.sources().get(i);
      JoinCounts.OfSource of = all.source(i);
      if (source.imported() && layout.hasDataset() && of.read() > 0 && of.kept() == 0) {
        throw new BadInputException(
            "%s: 0 of %s match: its ids are like \"%s\", those of the reports like \"%s\""
                .formatted(source.name(), of.read(), all.extraId(i), all.missingId(i)));
      }
    }
  }

  private static JoinCounts counted(Iterator<Tuple2<RowKey, JoinRow>> rows, Layout layout) {
    JoinCounts counts = new JoinCounts(layout.sources().size());
    new JoinedReports(rows, layout, counts).forEachRemaining(report -> {});
    return counts;
  }

  private BadInputException failure(JoinCounts.Problem problem) throws IOException {
    String name = layout.sources().get(problem.source()).name();
    return switch (problem.kind()) {
      case UNREADABLE_LINE -> {
        files.get(problem.source()).read(hadoop, (line, row) -> {});
        yield new BadInputException(name + ": the file changed while it was read");
      }
      case NO_REFERENCE ->
          new BadInputException(
              "%s: id %s has no field \"reference\", needed without --dataset"
                  .formatted(name, problem.id()));
      case OTHER_REFERENCE ->
          new BadInputException(
              "%s: id %s has another reference than in earlier files"
                  .formatted(name, problem.id()));
      case OTHER_CORPUS ->
          new BadInputException(
              "%s: id %s has another dataset or split than in earlier files"
                  .formatted(name, problem.id()));
    };
  }

  /** All systems, sorted by name. */
  public List<String> systems() {
    return layout.systems();
  }

  /** Names of the scores from elsewhere, sorted. */
  public List<String> importedMetrics() {
    return layout.importedMetrics();
  }

  /** What met of each file: its name, its system, its counts. */
  public List<OfFile> files() throws IOException {
    List<OfFile> of = new ArrayList<>();
    JoinCounts all = counts();
    for (int i = 0; i < layout.sources().size(); i++) {
      Source source = layout.sources().get(i);
      if (source.imported()) {
        of.add(new OfFile(source.system(), source.metrics(), all.source(i)));
      }
    }
    return of;
  }

  /**
   * A file's part in the join.
   *
   * @param system whose answers or scores it holds
   * @param metrics the scores it brings; empty for predictions
   * @param counts what met
   */
  public record OfFile(String system, List<String> metrics, JoinCounts.OfSource counts) {}

  /** How many partitions there are, a function of the inputs alone. */
  public int partitions() {
    return sorted.getNumPartitions();
  }

  /** The references of all reports that are scored. */
  public JavaRDD<String> references() {
    return map((partition, reports) -> references(reports));
  }

  private static Iterator<String> references(Iterator<JoinedReport> reports) {
    List<String> references = new ArrayList<>();
    reports.forEachRemaining(
        report -> {
          if (report.scored()) {
            references.addAll(report.references());
          }
        });
    return references.iterator();
  }

  /** Runs over the reports of each partition, ascending by id. */
  public <T> JavaRDD<T> map(Function2<Integer, Iterator<JoinedReport>, Iterator<T>> work) {
    Layout shared = layout;
    return sorted.mapPartitionsWithIndex(work(shared, work), true);
  }

  private static <T> Function2<Integer, Iterator<Tuple2<RowKey, JoinRow>>, Iterator<T>> work(
      Layout layout, Function2<Integer, Iterator<JoinedReport>, Iterator<T>> work) {
    return (partition, rows) ->
        work.call(
            partition, new JoinedReports(rows, layout, new JoinCounts(layout.sources().size())));
  }
}
