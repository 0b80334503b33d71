package org.radllama.ingest.read;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.ingest.run.JobFailure;

/** Lists the files of the sources, on the driver, in an order that only their names decide. */
public final class SourceListing {
  private static final Pattern GROUP = Pattern.compile("p[0-9]{2}");
  private static final Pattern PATIENT = Pattern.compile("p[0-9]+");
  private static final Pattern STUDY = Pattern.compile("s[0-9]+\\.txt");

  private final Configuration hadoop;
  private final int limit;
  private final List<SourceFile> files = new ArrayList<>();

  /**
   * An empty listing.
   *
   * @param limit the most reports of each source, 0 for all
   */
  public SourceListing(Configuration hadoop, int limit) {
    this.hadoop = hadoop;
    this.limit = limit == 0 ? Integer.MAX_VALUE : limit;
  }

  /** The folder of MIMIC-CXR's tree that holds {@code p10} to {@code p19}. */
  public static Path mimicCxrFiles(Configuration hadoop, String dir) throws IOException {
    Path root = new Path(dir);
    Path files = new Path(root, "files");
    return root.getFileSystem(hadoop).exists(files) ? files : root;
  }

  /**
   * Adds a source.
   *
   * @param path a directory, for {@link SourceKind#OPENI_CSV} a file
   * @throws JobFailure exit 3 when it is not there or holds no report
   */
  public SourceListing add(SourceKind kind, String path) throws IOException {
    Path root = kind == SourceKind.MIMIC_CXR ? mimicCxrFiles(hadoop, path) : new Path(path);
    FileSystem fs = root.getFileSystem(hadoop);
    List<FileStatus> found;
    try {
      found =
          switch (kind) {
            case MIMIC_CXR -> tree(fs, root);
            case OPENI_XML -> xml(fs, root);
            case OPENI_CSV -> List.of(fs.getFileStatus(root));
          };
    } catch (FileNotFoundException e) {
      throw JobFailure.input("--%s: no such file or directory: %s".formatted(kind.flag(), path));
    }
    if (found.isEmpty()) {
      throw JobFailure.input(
          "--%s: no report in %s, expected %s".formatted(kind.flag(), path, expected(kind)));
    }
    int most = kind.oneReportPerFile() ? Math.min(limit, found.size()) : found.size();
    for (FileStatus file : found.subList(0, most)) {
      files.add(
          new SourceFile(kind, file.getPath().toString(), file.getLen(), files.size(), limit));
    }
    return this;
  }

  /** All files of all sources added. */
  public List<SourceFile> files() {
    return List.copyOf(files);
  }

  private static String expected(SourceKind kind) {
    return switch (kind) {
      case MIMIC_CXR -> "files/p10/p10000032/s50414267.txt and the like";
      case OPENI_XML -> "*.xml, in it or one folder below";
      case OPENI_CSV -> "a CSV file";
    };
  }

  /** 65,000 folders of a few files each: listed by several threads, put together in order. */
  private static List<FileStatus> tree(FileSystem fs, Path root) throws IOException {
    List<FileStatus> patients = new ArrayList<>();
    for (FileStatus group : children(fs, root, s -> named(s, GROUP))) {
      patients.addAll(children(fs, group.getPath(), s -> named(s, PATIENT)));
    }
    try {
      return patients.parallelStream()
          .flatMap(patient -> studies(fs, patient.getPath()).stream())
          .toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static List<FileStatus> studies(FileSystem fs, Path patient) {
    try {
      return children(fs, patient, s -> named(s, STUDY));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<FileStatus> xml(FileSystem fs, Path root) throws IOException {
    Predicate<FileStatus> isXml = s -> s.getPath().getName().endsWith(".xml");
    List<FileStatus> found = new ArrayList<>(children(fs, root, isXml));
    for (FileStatus folder : children(fs, root, s -> s.isDirectory() && !isXml.test(s))) {
      found.addAll(children(fs, folder.getPath(), isXml));
    }
    found.sort(Comparator.comparing(s -> s.getPath().getName(), NaturalOrder.INSTANCE));
    return found;
  }

  private static boolean named(FileStatus status, Pattern pattern) {
    return pattern.matcher(status.getPath().getName()).matches();
  }

  private static List<FileStatus> children(FileSystem fs, Path folder, Predicate<FileStatus> wanted)
      throws IOException {
    return Arrays.stream(fs.listStatus(folder))
        .filter(wanted)
        .sorted(Comparator.comparing(s -> s.getPath().getName(), NaturalOrder.INSTANCE))
        .toList();
  }
}
