package org.radllama.ingest;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.radllama.catalog.TableName;
import org.radllama.dataset.Background;
import org.radllama.dataset.BackgroundSection;
import org.radllama.dataset.Similarity;
import org.radllama.ingest.clean.CleaningRules;
import org.radllama.ingest.clean.CommunicationCut;
import org.radllama.ingest.clean.CommunicationRule;
import org.radllama.ingest.clean.Rewrite;
import org.radllama.ingest.clean.SecondReport;
import org.radllama.ingest.clean.TextCleaning;
import org.radllama.ingest.clean.TextRule;
import org.radllama.ingest.dedup.DedupPolicy;
import org.radllama.ingest.dedup.LeakagePolicy;
import org.radllama.ingest.format.TableFormat;
import org.radllama.ingest.format.TextEncoding;
import org.radllama.ingest.privacy.Identifier;
import org.radllama.ingest.privacy.PrivacyPolicy;
import org.radllama.ingest.publish.CardSettings;
import org.radllama.ingest.publish.TrainingFormat;
import org.radllama.ingest.read.CatalogReports;
import org.radllama.ingest.read.ColumnMapping;
import org.radllama.ingest.read.IdHash;
import org.radllama.ingest.read.ReadSettings;
import org.radllama.ingest.read.SourceKind;
import org.radllama.ingest.section.HeaderNames;
import org.radllama.ingest.section.MimicSections;
import org.radllama.ingest.section.Sectioner;
import org.radllama.ingest.split.SeededSplit;
import org.radllama.run.SettingReader;
import org.radllama.run.Settings;

/**
 * What an ingest run does, checked.
 *
 * @param sources the path of each source given
 * @param table of reports, in a catalog of Spark's
 * @param splitFiles the split file of each source that has one given
 * @param backgroundFiles the file of background sections of each source that has one given
 * @param saltFile of digests in place of the ids of {@code --reports}; empty to leave them
 * @param sections the background sections in the input, in their order
 * @param formats the forms in which the examples are published beside their own
 * @param output where and under which name it is published
 * @param reading limits and sizes of reading and writing
 * @param sectioner how free text is sectioned
 * @param texts what is taken off the texts of {@code --reports}
 * @param cleaning the cleaning rules
 * @param rejecting when too little is left to publish
 * @param splitMimicBySeed whether MIMIC-CXR may be split without its own file
 * @param split how sources without a split file are split
 * @param dedup what is removed from train
 * @param privacy what happens to identifiers
 * @param card what a person says about the dataset
 * @param settings the effective configuration, for the manifest
 */
public record IngestConfig(
    Map<SourceKind, String> sources,
    Optional<TableName> table,
    Map<String, String> splitFiles,
    Map<String, String> backgroundFiles,
    Optional<String> saltFile,
    List<BackgroundSection> sections,
    List<TrainingFormat> formats,
    Output output,
    Reading reading,
    Sectioner sectioner,
    TextCleaning texts,
    CleaningRules cleaning,
    RejectPolicy rejecting,
    boolean splitMimicBySeed,
    SeededSplit split,
    DedupPolicy dedup,
    PrivacyPolicy privacy,
    CardSettings card,
    Settings settings) {

  /** How whole texts of {@code --reports} are taken apart. */
  private enum TextForm {
    /** As MIMIC-CXR's where they are said to be its reports, else freely. */
    AUTO,
    FREE,
    MIMIC_CXR
  }

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
   * @throws org.radllama.run.JobFailure exit 2, naming every bad value
   */
  public static IngestConfig of(Settings settings, IngestFlags flags) {
    SettingReader reader = new SettingReader(settings);
    Map<SourceKind, String> sources = flags.sources();
    Optional<TableName> table =
        reader.made(
            () ->
                Optional.ofNullable(flags.reportsTable)
                    .map(name -> TableName.of("--" + CatalogReports.FLAG, name)),
            Optional.<TableName>empty());
    requireSources(sources.keySet(), flags.reportsTable != null, reader);
    IngestConfig config =
        new IngestConfig(
            sources,
            table,
            splitFiles(flags, named(flags, reader), reader),
            bySource("--background", flags.background, named(flags, reader), reader),
            IdHash.saltFile(reader.at("reports")),
            sections(reader),
            formats(reader),
            new Output(flags.out, Optional.ofNullable(flags.runId), flags.dryRun),
            reading(reader),
            new Sectioner(
                reader.oneOf("section.repeated", MimicSections.Repeated.class),
                headers(reader, reader.at("reports.headers"))),
            texts(reader.at("reports")),
            cleaning(reader.at("clean")),
            new RejectPolicy(
                reader.share("reject.max-share"), reader.flag("reject.allow-empty-train")),
            reader.flag("split.mimic-cxr-by-seed"),
            new SeededSplit(
                reader.longNumber("split.seed"),
                reader.share("split.test-fraction"),
                reader.share("split.validate-fraction")),
            dedup(reader.at("dedup")),
            privacy(reader.at("privacy")),
            CardSettings.of(reader.at("card")),
            settings);
    reader.report();
    return config;
  }

  private static List<BackgroundSection> sections(SettingReader reader) {
    List<BackgroundSection> sections = reader.eachOf("instruct.sections", BackgroundSection.class);
    reader.require(
        sections.size() == Set.copyOf(sections).size(), "instruct.sections names a section twice");
    return sections;
  }

  private static List<TrainingFormat> formats(SettingReader reader) {
    List<TrainingFormat> formats = reader.eachOf("publish.formats", TrainingFormat.class);
    reader.require(
        formats.size() == Set.copyOf(formats).size(), "publish.formats names a format twice");
    return formats;
  }

  private static Reading reading(SettingReader reader) {
    return new Reading(
        reader.atLeast(0, "limit"),
        new ReadSettings(
            (int) reader.bytes("read.max-report-bytes", 1 << 30),
            reader.bytes("read.max-archive-bytes", Long.MAX_VALUE),
            reader.flag("read.follow-links"),
            columns(reader.at("reports")),
            reader.oneOf("reports.encoding", TextEncoding.class),
            reader.oneOf("reports.format", TableFormat.Choice.class)),
        reader.share("read.max-unreadable-share"),
        reader.atLeast(1, "read.files-per-task"),
        reader.atLeast(1, "publish.rows-per-part"));
  }

  private static DedupPolicy dedup(SettingReader dedup) {
    boolean exact = dedup.flag("exact");
    boolean near = dedup.flag("near");
    dedup.require(
        exact || !near, "dedup.near = true needs dedup.exact = true: equal findings are near");
    double jaccard = dedup.share("jaccard");
    dedup.require(jaccard >= 0.1, "dedup.jaccard must be at least 0.1, not %s", jaccard);
    return new DedupPolicy(
        exact,
        near,
        dedup.flag("keep-contradictions"),
        new Similarity(
            dedup.atLeast(1, "shingle-words"),
            Math.max(jaccard, 0.1),
            dedup.atLeast(1, "comparisons-per-text")),
        dedup.oneOf("leakage", LeakagePolicy.class));
  }

  /** The settings {@code decode} and {@code cut-signatures} below {@code reports}. */
  public static TextCleaning texts(SettingReader reports, Set<String> sources) {
    Set<TextRule> rules = EnumSet.noneOf(TextRule.class);
    rules.addAll(reports.eachOf("decode", TextRule.class));
    return new TextCleaning(sources, rules, reports.flag("cut-signatures"));
  }

  private static TextCleaning texts(SettingReader reports) {
    String source = reports.text("source");
    boolean published =
        source.equals(SourceKind.MIMIC_CXR.source())
            || source.equals(SourceKind.OPENI_CSV.source());
    return texts(reports, published ? Set.of() : Set.of(source));
  }

  /** The settings below {@code clean}. */
  public static CleaningRules cleaning(SettingReader clean) {
    Set<Rewrite> rewrites = EnumSet.allOf(Rewrite.class);
    rewrites.removeIf(rewrite -> !clean.flag(SettingReader.word(rewrite)));
    return new CleaningRules(
        clean.oneOf("second-report", SecondReport.class),
        new CommunicationCut(
            Set.copyOf(clean.texts("cut-communication")),
            clean.oneOf("communication-rule", CommunicationRule.class),
            clean.texts("communication-words")),
        rewrites,
        clean.atLeast(0, "min-findings-words"),
        clean.atLeast(0, "min-impression-words"));
  }

  private static ColumnMapping columns(SettingReader reports) {
    char delimiter = ColumnMapping.delimiter(reports);
    reports.require(
        reports.text("source").matches("[a-z0-9][a-z0-9._-]{0,63}"),
        "reports.source must be lower-case letters, digits and . _ - (at most 64)");
    boolean whole = !reports.text("text").isEmpty();
    for (String key : List.of("id", "findings", "impression")) {
      reports.require(
          !reports.text(key).isEmpty() || (whole && !key.equals("id")),
          "reports.%s must name a column",
          key);
    }
    for (BackgroundSection section : BackgroundSection.values()) {
      reports.require(
          !whole || reports.text(section.label()).isEmpty(),
          "reports.%s and reports.text exclude each other: the parser finds the section itself",
          section.label());
    }
    return new ColumnMapping(
        reports.text("id"),
        reports.text("patient"),
        reports.text("findings"),
        reports.text("impression"),
        Background.of(section -> reports.text(section.label())),
        new ColumnMapping.Text(
            reports.text("text"), isMimicCxr(reports), reports.flag("indent-lines")),
        new ColumnMapping.Labels(
            reports.text("label"),
            Set.copyOf(reports.texts("normal")),
            Set.copyOf(reports.texts("unknown"))),
        reports.text("split"),
        delimiter);
  }

  /** Whether whole texts have MIMIC-CXR's form. */
  private static boolean isMimicCxr(SettingReader reports) {
    TextForm form = reports.oneOf("text-form", TextForm.class);
    return form == TextForm.MIMIC_CXR
        || (form == TextForm.AUTO && reports.text("source").equals(SourceKind.MIMIC_CXR.source()));
  }

  private static HeaderNames headers(SettingReader reader, SettingReader headers) {
    return reader.made(
        () ->
            new HeaderNames(
                headers.texts("languages"),
                headers.texts("findings"),
                headers.texts("impression"),
                headers.texts("background")),
        null);
  }

  private static PrivacyPolicy privacy(SettingReader privacy) {
    Set<Identifier> kinds = EnumSet.noneOf(Identifier.class);
    kinds.addAll(privacy.someOf("kinds", Identifier.class));
    Set<Identifier> masked = EnumSet.noneOf(Identifier.class);
    masked.addAll(privacy.someOf("mask", Identifier.class));
    privacy.require(
        kinds.containsAll(masked) || masked.size() == Identifier.values().length,
        "privacy.mask names kinds that privacy.kinds leaves out");
    masked.retainAll(kinds);
    return new PrivacyPolicy(kinds, masked, privacy.share("max-share"));
  }

  private static void requireSources(Set<SourceKind> sources, boolean table, SettingReader reader) {
    reader.require(
        table || !sources.isEmpty(),
        "no source: give --mimic-cxr, --openi-xml, --openi-csv, --reports or --reports-table");
    reader.require(
        !table || !sources.contains(SourceKind.REPORTS),
        "--reports and --reports-table exclude each other: the settings below reports are of one");
    TableFormat.Choice format = reader.oneOf("reports.format", TableFormat.Choice.class);
    reader.require(
        !table || (format != TableFormat.Choice.FHIR && format != TableFormat.Choice.HL7),
        "reports.format is of files: --reports-table has columns");
  }

  /** The names of all that is read. */
  private static Set<String> named(IngestFlags flags, SettingReader reader) {
    String reports = reader.text("reports.source");
    Set<String> names =
        flags.sources().keySet().stream()
            .map(kind -> sourceName(kind, reports))
            .collect(Collectors.toCollection(TreeSet::new));
    if (flags.reportsTable != null) {
      names.add(reports);
    }
    return names;
  }

  private static Map<String, String> splitFiles(
      IngestFlags flags, Set<String> read, SettingReader reader) {
    Map<String, String> files = bySource("--split-file", flags.splitFile, read, reader);
    reader.require(
        (flags.reports == null && flags.reportsTable == null)
            || !files.containsKey(reader.text("reports.source"))
            || reader.text("reports.split").isEmpty(),
        "both reports.split and --split-file say how reports are split");
    return files;
  }

  /** The files that a flag gives, by the source that it names. */
  private static Map<String, String> bySource(
      String flag, List<String> pairs, Set<String> read, SettingReader reader) {
    Map<String, String> files = new TreeMap<>();
    for (String pair : pairs) {
      int at = pair.indexOf('=');
      String source = pair.substring(0, Math.max(at, 0));
      if (at < 1 || at == pair.length() - 1) {
        reader.problem("%s wants SOURCE=FILE, not %s".formatted(flag, pair));
      } else if (!read.contains(source)) {
        reader.problem("%s %s: no such source is read".formatted(flag, pair));
      } else if (files.put(source, pair.substring(at + 1)) != null) {
        reader.problem("%s: two files for %s".formatted(flag, source));
      }
    }
    return files;
  }

  /** The name of what a source's records belong to. */
  String sourceName(SourceKind kind) {
    return sourceName(kind, settings.config().getString("reports.source"));
  }

  private static String sourceName(SourceKind kind, String reports) {
    return kind == SourceKind.REPORTS ? reports : kind.source();
  }

  /** Whether nobody says which patient a report of {@code --reports} is of. */
  boolean lacksPatients() {
    TableFormat.Choice format = reading.settings().format();
    return (table.isPresent() || sources.containsKey(SourceKind.REPORTS))
        && format != TableFormat.Choice.FHIR
        && format != TableFormat.Choice.HL7
        && reading.settings().columns().patient().isEmpty();
  }

  /** Whether the tables of {@code --reports} say how they are split. */
  boolean hasSplitColumn() {
    return !reading.settings().columns().split().isEmpty();
  }
}
