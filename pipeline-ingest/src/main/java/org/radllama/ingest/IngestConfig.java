package org.radllama.ingest;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.radllama.dataset.Similarity;
import org.radllama.ingest.clean.CleaningRules;
import org.radllama.ingest.clean.CommunicationCut;
import org.radllama.ingest.clean.Rewrite;
import org.radllama.ingest.clean.SecondReport;
import org.radllama.ingest.dedup.DedupPolicy;
import org.radllama.ingest.dedup.LeakagePolicy;
import org.radllama.ingest.publish.CardSettings;
import org.radllama.ingest.read.ColumnMapping;
import org.radllama.ingest.read.ReadSettings;
import org.radllama.ingest.read.SourceKind;
import org.radllama.ingest.section.MimicSections;
import org.radllama.ingest.section.Sectioner;
import org.radllama.ingest.split.SeededSplit;
import org.radllama.run.JobFailure;
import org.radllama.run.Settings;

/**
 * What an ingest run does, checked.
 *
 * @param sources the path of each source given
 * @param splitFiles the split file of each source that has one given
 * @param output where and under which name it is published
 * @param reading limits and sizes of reading and writing
 * @param sectioner how free text is sectioned
 * @param cleaning the cleaning rules
 * @param split how sources without a split file are split
 * @param dedup what is removed from train
 * @param card what a person says about the dataset
 * @param settings the effective configuration, for the manifest
 */
public record IngestConfig(
    Map<SourceKind, String> sources,
    Map<String, String> splitFiles,
    Output output,
    Reading reading,
    Sectioner sectioner,
    CleaningRules cleaning,
    SeededSplit split,
    DedupPolicy dedup,
    CardSettings card,
    Settings settings) {

  /**
   * Where results go.
   *
   * @param out the directory of run directories; null only for a dry run
   * @param runId the run's name, or empty to derive it
   * @param dryRun whether to print the plan and stop
   */
  public record Output(String out, Optional<String> runId, boolean dryRun) {}

  /**
   * Sizes.
   *
   * @param limit reports of each source at most, 0 for all
   * @param settings how files are read
   * @param maxUnreadableShare the share of unreadable records, 0 to 1, above which the job stops
   * @param filesPerTask small files that one task reads
   * @param rowsPerPart rows of one Parquet file
   */
  public record Reading(
      int limit,
      ReadSettings settings,
      double maxUnreadableShare,
      int filesPerTask,
      int rowsPerPart) {}

  /**
   * Checks settings and flags.
   *
   * @throws JobFailure exit 2, naming every bad value
   */
  public static IngestConfig of(Settings settings, IngestFlags flags) {
    Problems problems = new Problems(settings.config());
    Map<SourceKind, String> sources = sources(flags);
    if (sources.isEmpty()) {
      problems.add("no source: give --mimic-cxr, --openi-xml, --openi-csv or --reports");
    }
    IngestConfig config =
        new IngestConfig(
            sources,
            splitFiles(flags, sources, problems),
            new Output(flags.out, Optional.ofNullable(flags.runId), flags.dryRun),
            reading(problems),
            new Sectioner(problems.oneOf("section.repeated", MimicSections.Repeated.values())),
            cleaning(problems),
            new SeededSplit(
                problems.config.getLong("split.seed"),
                problems.share("split.test-fraction"),
                problems.share("split.validate-fraction")),
            dedup(problems),
            card(problems.config.getConfig("card")),
            settings);
    problems.report();
    return config;
  }

  private static Reading reading(Problems problems) {
    return new Reading(
        problems.atLeast(0, "limit"),
        new ReadSettings(
            problems.bytes("read.max-report-bytes"),
            problems.config.getBytes("read.max-archive-bytes"),
            columns(problems)),
        problems.share("read.max-unreadable-share"),
        problems.atLeast(1, "read.files-per-task"),
        problems.atLeast(1, "publish.rows-per-part"));
  }

  private static DedupPolicy dedup(Problems problems) {
    boolean exact = problems.config.getBoolean("dedup.exact");
    boolean near = problems.config.getBoolean("dedup.near");
    if (near && !exact) {
      problems.add("dedup.near = true needs dedup.exact = true: equal findings are near");
    }
    double jaccard = problems.share("dedup.jaccard");
    if (jaccard < 0.1) {
      problems.add("dedup.jaccard must be at least 0.1, not " + jaccard);
    }
    return new DedupPolicy(
        exact,
        near,
        new Similarity(
            problems.atLeast(1, "dedup.shingle-words"),
            Math.max(jaccard, 0.1),
            problems.atLeast(1, "dedup.comparisons-per-text")),
        LeakagePolicy.of(problems.config.getString("dedup.leakage")));
  }

  private static CleaningRules cleaning(Problems problems) {
    Config clean = problems.config.getConfig("clean");
    Set<Rewrite> rewrites = EnumSet.noneOf(Rewrite.class);
    for (Rewrite rewrite : Rewrite.values()) {
      if (clean.getBoolean(rewrite.name().toLowerCase(Locale.ROOT).replace('_', '-'))) {
        rewrites.add(rewrite);
      }
    }
    return new CleaningRules(
        problems.oneOf("clean.second-report", SecondReport.values()),
        new CommunicationCut(
            Set.copyOf(problems.texts("clean.cut-communication")),
            problems.texts("clean.communication-words")),
        rewrites,
        problems.atLeast(0, "clean.min-findings-words"),
        problems.atLeast(0, "clean.min-impression-words"));
  }

  private static ColumnMapping columns(Problems problems) {
    Config reports = problems.config.getConfig("reports");
    String delimiter = reports.getString("delimiter");
    if (delimiter.length() != 1 || "\"\n\r".contains(delimiter) || delimiter.charAt(0) > '~') {
      problems.add("reports.delimiter must be one ASCII character, no quote and no line end");
    }
    if (!reports.getString("source").matches("[a-z0-9][a-z0-9._-]{0,63}")) {
      problems.add("reports.source must be lower-case letters, digits and . _ - (at most 64)");
    }
    for (String key : List.of("id", "findings", "impression")) {
      if (reports.getString(key).isEmpty()
          && (key.equals("id") || reports.getString("text").isEmpty())) {
        problems.add("reports.%s must name a column".formatted(key));
      }
    }
    return new ColumnMapping(
        reports.getString("id"),
        reports.getString("patient"),
        reports.getString("findings"),
        reports.getString("impression"),
        new ColumnMapping.Text(reports.getString("text"), reports.getBoolean("indent-lines")),
        new ColumnMapping.Labels(
            reports.getString("label"),
            Set.copyOf(problems.texts("reports.normal")),
            Set.copyOf(problems.texts("reports.unknown"))),
        reports.getString("split"),
        delimiter.isEmpty() ? ',' : delimiter.charAt(0));
  }

  /** The name of what a source's records belong to. */
  String sourceName(SourceKind kind) {
    return sourceName(kind, settings.config());
  }

  private static String sourceName(SourceKind kind, Config config) {
    return kind == SourceKind.REPORTS ? config.getString("reports.source") : kind.source();
  }

  /** Whether the tables of {@code --reports} say how they are split. */
  boolean hasSplitColumn() {
    return !settings.config().getString("reports.split").isEmpty();
  }

  private static boolean isRead(String source, Map<SourceKind, String> sources, Config config) {
    return sources.keySet().stream().anyMatch(kind -> sourceName(kind, config).equals(source));
  }

  private static CardSettings card(Config card) {
    return new CardSettings(
        card.getString("name"),
        card.getString("description"),
        card.getString("creator"),
        card.getString("url"),
        card.getString("version"),
        card.getString("date-published"),
        card.getBoolean("show-text"));
  }

  private static Map<SourceKind, String> sources(IngestFlags flags) {
    Map<SourceKind, String> sources = new EnumMap<>(SourceKind.class);
    put(sources, SourceKind.MIMIC_CXR, flags.mimicCxr);
    put(sources, SourceKind.OPENI_XML, flags.openiXml);
    put(sources, SourceKind.OPENI_CSV, flags.openiCsv);
    put(sources, SourceKind.REPORTS, flags.reports);
    return sources;
  }

  private static void put(Map<SourceKind, String> sources, SourceKind kind, String path) {
    if (path != null) {
      sources.put(kind, path);
    }
  }

  private static Map<String, String> splitFiles(
      IngestFlags flags, Map<SourceKind, String> sources, Problems problems) {
    Map<String, String> files = new TreeMap<>();
    for (String pair : flags.splitFile) {
      int at = pair.indexOf('=');
      String source = pair.substring(0, Math.max(at, 0));
      if (at < 1 || at == pair.length() - 1) {
        problems.add("--split-file wants SOURCE=FILE, not " + pair);
      } else if (!isRead(source, sources, problems.config)) {
        problems.add("--split-file %s: no such source is read".formatted(pair));
      } else if (files.put(source, pair.substring(at + 1)) != null) {
        problems.add("--split-file: two files for " + source);
      }
    }
    if (sources.containsKey(SourceKind.REPORTS)
        && files.containsKey(sourceName(SourceKind.REPORTS, problems.config))
        && !problems.config.getString("reports.split").isEmpty()) {
      problems.add("both reports.split and --split-file say how reports are split");
    }
    return files;
  }

  /** Reads values and collects what is wrong with them. */
  private static final class Problems {
    private final Config config;
    private final List<String> found = new ArrayList<>();

    Problems(Config config) {
      this.config = config;
    }

    void add(String problem) {
      found.add(problem);
    }

    int atLeast(int least, String key) {
      int value = config.getInt(key);
      if (value < least) {
        found.add("%s must be at least %d, not %d".formatted(key, least, value));
      }
      return value;
    }

    double share(String key) {
      double value = config.getDouble(key);
      if (!(value >= 0 && value <= 1)) {
        found.add("%s must be between 0 and 1, not %s".formatted(key, value));
      }
      return value;
    }

    List<String> texts(String key) {
      try {
        return List.copyOf(config.getStringList(key));
      } catch (ConfigException e) {
        found.add(key + " must be a list of texts");
        return List.of();
      }
    }

    <E extends Enum<E>> E oneOf(String key, E[] values) {
      String word = config.getString(key);
      List<String> words = new ArrayList<>();
      for (E value : values) {
        words.add(value.name().toLowerCase(Locale.ROOT));
        if (words.get(words.size() - 1).equals(word)) {
          return value;
        }
      }
      found.add("%s must be one of %s, not %s".formatted(key, words, word));
      return values[0];
    }

    int bytes(String key) {
      long value = config.getBytes(key);
      if (value < 1 || value > 1 << 30) {
        found.add("%s must be between 1 byte and 1 GiB, not %d".formatted(key, value));
      }
      return (int) value;
    }

    void report() {
      if (!found.isEmpty()) {
        throw JobFailure.usage(String.join("; ", found));
      }
    }
  }
}
