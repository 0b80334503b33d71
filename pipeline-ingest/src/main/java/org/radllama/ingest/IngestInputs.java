package org.radllama.ingest;

import static org.radllama.text.Format.format;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.SparkSession;
import org.radllama.ingest.read.BackgroundTable;
import org.radllama.ingest.read.CatalogReports;
import org.radllama.ingest.read.IdHash;
import org.radllama.ingest.read.ReportReader;
import org.radllama.ingest.read.SourceFile;
import org.radllama.ingest.read.SourceKind;
import org.radllama.ingest.read.SourceListing;
import org.radllama.ingest.record.Document;
import org.radllama.ingest.record.Outcome;
import org.radllama.ingest.split.SplitFileReader;
import org.radllama.ingest.split.SplitTable;
import org.radllama.ingest.split.Splitter;
import org.radllama.run.ExitCode;
import org.radllama.run.InputFiles;
import org.radllama.run.JobFailure;
import org.radllama.run.RunInput;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds what a run reads: the sources' files and their split files. */
final class IngestInputs {
  private static final Logger LOG = LoggerFactory.getLogger(IngestInputs.class);
  private static final List<String> MIMIC_SPLITS =
      List.of("mimic-cxr-2.0.0-split.csv.gz", "mimic-cxr-2.0.0-split.csv");

  private final IngestConfig config;
  private final Configuration hadoop;
  private final Map<String, String> splitFiles;
  private final IdHash ids;

  /** Where MIMIC-CXR's split file was looked for in vain. */
  private Optional<String> withoutSplit = Optional.empty();

  /** The table, at the version that is the newest now unless one was named. */
  private final Optional<CatalogReports> table;

  /**
   * Finds them.
   *
   * @param session is asked for when there is a table
   */
  IngestInputs(IngestConfig config, Configuration hadoop, Supplier<SparkSession> session)
      throws IOException {
    this.config = config;
    this.table =
        config
            .table()
            .map(name -> CatalogReports.of(session.get(), name, config.reading().settings()));
    table.ifPresent(of -> LOG.info("{}: {}", CatalogReports.FLAG, of));
    this.hadoop = hadoop;
    this.splitFiles = new TreeMap<>(config.splitFiles());
    this.ids = config.saltFile().map(file -> IdHash.of(file, hadoop)).orElse(IdHash.NONE);
    String mimic = config.sources().get(SourceKind.MIMIC_CXR);
    if (mimic != null && !splitFiles.containsKey(SourceKind.MIMIC_CXR.source())) {
      findOfficialSplit(mimic);
    }
  }

  private void findOfficialSplit(String dir) throws IOException {
    Path root = new Path(dir);
    FileSystem fs = root.getFileSystem(hadoop);
    Path beside = SourceListing.mimicCxrFiles(hadoop, dir).getParent();
    for (Path folder : List.of(beside, root)) {
      for (String name : MIMIC_SPLITS) {
        Path file = new Path(folder, name);
        if (fs.exists(file)) {
          splitFiles.put(SourceKind.MIMIC_CXR.source(), file.toString());
          return;
        }
      }
    }
    withoutSplit = Optional.of(dir);
  }

  /** All that is read, for the run's identity. */
  List<RunInput> runInputs() throws IOException {
    List<RunInput> inputs = new ArrayList<>();
    for (Map.Entry<SourceKind, String> source : config.sources().entrySet()) {
      String path =
          source.getKey() == SourceKind.MIMIC_CXR
              ? SourceListing.mimicCxrFiles(hadoop, source.getValue()).toString()
              : source.getValue();
      inputs.add(new RunInput(source.getKey().flag(), path, true));
    }
    table.map(CatalogReports::runInput).ifPresent(inputs::add);
    splitFiles.forEach((source, file) -> inputs.add(new RunInput("split-file:" + source, file)));
    config
        .backgroundFiles()
        .forEach((source, file) -> inputs.add(new RunInput("background:" + source, file)));
    inputs.addAll(ids.runInputs());
    return inputs;
  }

  /** Reads the files that {@link #files} lists, with the ids that are published. */
  ReportReader reader() {
    return new ReportReader(hadoop, config.reading().settings(), ids);
  }

  /**
   * The reports of the table.
   *
   * @param files how many are read before it
   */
  Optional<JavaRDD<Outcome<Document>>> tableReports(int files) {
    String source = config.sourceName(SourceKind.REPORTS);
    return table.map(of -> of.documents(source, files, config.reading().limit(), ids));
  }

  /** What the reports of a source have in place of their ids. */
  private IdHash ids(String source) {
    return source.equals(config.sourceName(SourceKind.REPORTS)) ? ids : IdHash.NONE;
  }

  /** The files of all sources. */
  List<SourceFile> files() throws IOException {
    SourceListing listing =
        new SourceListing(hadoop, config.reading().limit(), config.reading().settings());
    for (Map.Entry<SourceKind, String> source : config.sources().entrySet()) {
      listing.add(source.getKey(), config.sourceName(source.getKey()), source.getValue());
    }
    return config.reading().limit() == 0 ? listing.files() : limited(listing.files());
  }

  /** Shares the limit among tables of one source: what those before do not fill. */
  private List<SourceFile> limited(List<SourceFile> files) {
    ReportReader reader = new ReportReader(hadoop, config.reading().settings());
    List<SourceFile> limited = new ArrayList<>();
    int left = config.reading().limit();
    for (SourceFile file : files) {
      if (file.kind() != SourceKind.REPORTS || file.isOneRecord()) {
        limited.add(file);
      } else if (left > 0) {
        limited.add(file.withRows(left));
        left -= reader.count(limited.get(limited.size() - 1));
      }
    }
    return limited;
  }

  /**
   * The splitter, with every split file read and checked.
   *
   * @throws JobFailure exit 3 where MIMIC-CXR's is missing and its patients may not be split by
   *     seed
   */
  Splitter splitter() {
    if (withoutSplit.isPresent() && !config.splitMimicBySeed()) {
      throw JobFailure.input(
          "no %s in %s: give MIMIC-CXR's own split by --split-file mimic-cxr=FILE, or set split.mimic-cxr-by-seed = true to split its patients by seed"
              .formatted(MIMIC_SPLITS.get(0), withoutSplit.get()));
    }
    Map<String, SplitTable> tables = new TreeMap<>();
    splitFiles.forEach((source, file) -> tables.put(source, table(source, file)));
    return new Splitter(config.split(), tables);
  }

  /**
   * Checks what would stop a run before its first record: heads of tables and archives, split
   * files.
   *
   * @return lines for a person: records known to be refused, and the split of each source
   * @throws JobFailure exit 3
   */
  String check(List<SourceFile> files) {
    ReportReader reader = new ReportReader(hadoop, config.reading().settings());
    files.forEach(reader::check);
    splitter();
    background();
    StringBuilder lines = new StringBuilder();
    long refused = files.stream().filter(SourceFile::isRefused).count();
    if (refused > 0) {
      lines.append(
          format("  %d of them are no reports or broken, and would be rejected\n", refused));
    }
    table.ifPresent(of -> lines.append("  --%s %s\n".formatted(CatalogReports.FLAG, of)));
    Set<SourceKind> kinds = EnumSet.noneOf(SourceKind.class);
    kinds.addAll(config.sources().keySet());
    table.ifPresent(of -> kinds.add(SourceKind.REPORTS));
    for (SourceKind kind : kinds) {
      String source = config.sourceName(kind);
      lines.append(
          "  split of %s: %s\n"
              .formatted(
                  source,
                  splitFiles.containsKey(source)
                      ? splitFiles.get(source)
                      : kind == SourceKind.REPORTS && config.hasSplitColumn()
                          ? "its own column (reports.split)"
                          : "patients by seed (split.seed)"));
    }
    return lines.toString();
  }

  /** The background sections that other files hold, by source. */
  Map<String, BackgroundTable> background() {
    TreeMap<String, BackgroundTable> tables = new TreeMap<>();
    config
        .backgroundFiles()
        .forEach((source, file) -> tables.put(source, background(source, file)));
    return tables;
  }

  private BackgroundTable background(String source, String file) {
    Path path = new Path(file);
    try {
      BackgroundTable table =
          BackgroundTable.read(
              source,
              path.getName(),
              InputFiles.open(path.getFileSystem(hadoop), path),
              config.reading().settings().maxReportBytes(),
              config.reading().settings().maxArchiveBytes(),
              ids(source));
      LOG.info("{}: {} has background of {} reports", source, path.getName(), table.size());
      return table;
    } catch (IOException e) {
      throw new JobFailure(
          ExitCode.INPUT, "--background: cannot read %s for %s".formatted(file, source), e);
    }
  }

  private SplitTable table(String source, String file) {
    Path path = new Path(file);
    try {
      SplitTable table =
          SplitFileReader.read(
              source, path.getName(), path.getFileSystem(hadoop).open(path), ids(source));
      LOG.info("{}: {} names {} reports", source, path.getName(), table.size());
      return table;
    } catch (IOException e) {
      throw new JobFailure(
          ExitCode.INPUT, "--split-file: cannot read %s for %s".formatted(file, source), e);
    }
  }
}
