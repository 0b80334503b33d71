package org.radllama.ingest.read;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.failure.BadInputException;
import org.radllama.ingest.format.Packed;
import org.radllama.ingest.format.ZipArchive;
import org.radllama.ingest.record.Reason;
import org.radllama.run.FileTree;
import org.radllama.run.InputFiles;

/** Lists the files of the sources, on the driver, in an order that only their names decide. */
public final class SourceListing {
  private static final List<String> MIMIC_FOLDERS = List.of("files", "mimic-cxr-reports/files");

  private final Configuration hadoop;
  private final int limit;
  private final ReadSettings settings;
  private final List<SourceFile> files = new ArrayList<>();

  /**
   * An empty listing.
   *
   * @param limit the most reports of each source, 0 for all
   */
  public SourceListing(Configuration hadoop, int limit, ReadSettings settings) {
    this.hadoop = hadoop;
    this.limit = limit == 0 ? Integer.MAX_VALUE : limit;
    this.settings = settings;
  }

  /** Something found, before it has its place in the listing. */
  record Found(String path, long bytes, SourceFile.Part part) {
    /** Something that cannot be a report, with its name below the root. */
    static Found refused(String path, String name, Reason reason, String detail) {
      return new Found(path, 0, new SourceFile.Refused(name, reason, detail));
    }

    boolean isReport() {
      return !(part instanceof SourceFile.Refused);
    }
  }

  /**
   * The folder of MIMIC-CXR's tree that holds {@code p10} to {@code p19}; the path itself where it
   * is an archive or such a folder.
   */
  public static Path mimicCxrFiles(Configuration hadoop, String given) throws IOException {
    Path root = new Path(given);
    FileSystem fs = root.getFileSystem(hadoop);
    for (String folder : MIMIC_FOLDERS) {
      Path files = new Path(root, folder);
      if (fs.exists(files)) {
        return files;
      }
    }
    return root;
  }

  /**
   * Adds a source.
   *
   * @param path a directory or archive; for {@link SourceKind#OPENI_CSV} a file, for {@link
   *     SourceKind#REPORTS} a file or a directory of such
   * @throws BadInputException when it is not there, holds no report, or is a damaged archive
   */
  public SourceListing add(SourceKind kind, String source, String path) throws IOException {
    Path root = kind == SourceKind.MIMIC_CXR ? mimicCxrFiles(hadoop, path) : new Path(path);
    FileSystem fs = root.getFileSystem(hadoop);
    List<Found> found;
    try {
      found = found(kind, fs, FileTree.node(fs, root));
    } catch (FileNotFoundException e) {
      throw new BadInputException(
          "--%s: no such file or directory: %s".formatted(kind.flag(), path), e);
    } catch (IOException e) {
      throw new BadInputException(
          "--%s: cannot list %s (%s)".formatted(kind.flag(), path, e.getClass().getSimpleName()),
          e);
    }
    if (found.stream().noneMatch(Found::isReport)) {
      throw new BadInputException(
          "--%s: no report in %s, expected %s", kind.flag(), path, expected(kind));
    }
    int reports = 0;
    for (Found one : found) {
      if (reports == limit) {
        break;
      }
      reports += one.isReport() ? 1 : 0;
      files.add(
          new SourceFile(kind, source, one.path(), one.bytes(), files.size(), limit, one.part()));
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
      case OPENI_XML -> "*.xml";
      case OPENI_CSV -> "a CSV file";
      case REPORTS -> "JSON, CSV, Parquet, FHIR or HL7 files";
    };
  }

  private List<Found> found(SourceKind kind, FileSystem fs, FileTree.Node root) throws IOException {
    if (!root.isFolder()) {
      return single(kind, fs, root);
    }
    return switch (kind) {
      case MIMIC_CXR -> new MimicCxrTree(fs, limit, bounds(fs, root)).list(root);
      case OPENI_XML -> xml(fs, root);
      case OPENI_CSV -> throw new BadInputException("--openi-csv: %s is a folder", root.path());
      case REPORTS -> tables(fs, root);
    };
  }

  private List<Found> single(SourceKind kind, FileSystem fs, FileTree.Node file)
      throws IOException {
    String path = file.path().toString();
    if (kind == SourceKind.OPENI_CSV || kind == SourceKind.REPORTS) {
      return List.of(new Found(path, file.bytes(), new SourceFile.Rows("")));
    }
    try {
      Packed.Format format =
          Packed.formatOf(InputFiles.open(fs, file.path()), settings.maxArchiveBytes());
      if (format == Packed.Format.TAR) {
        return List.of(new Found(path, file.bytes(), new SourceFile.Tar()));
      }
      if (format == Packed.Format.ZIP) {
        try (ZipArchive zip = ReportReader.openZip(hadoop, path)) {
          return new ZipListing(kind, path, settings).list(zip.members());
        }
      }
    } catch (IOException e) {
      throw new BadInputException(
          "--%s: %s is damaged or cut short (%s)"
              .formatted(kind.flag(), path, e.getClass().getSimpleName()),
          e);
    }
    throw new BadInputException(
        "--%s: %s is neither a folder nor a zip or tar archive", kind.flag(), path);
  }

  private FileTree.Bounds bounds(FileSystem fs, FileTree.Node root) {
    return settings.followLinks() ? FileTree.Bounds.NONE : FileTree.Bounds.of(fs, root.path());
  }

  /** XML files wherever they are; what has another name may be anything else, such as images. */
  private List<Found> xml(FileSystem fs, FileTree.Node root) {
    List<Found> found = new ArrayList<>();
    List<FileTree.Node> nodes = new ArrayList<>();
    walk(fs, root, bounds(fs, root), new HashSet<>(), nodes, found);
    nodes.stream()
        .filter(node -> EntryName.isXml(node.name()))
        .sorted(
            Comparator.comparing(FileTree.Node::name, NaturalOrder.INSTANCE)
                .thenComparing(node -> node.path().toString()))
        .forEach(node -> found.add(report(node, node.name())));
    return found;
  }

  private List<Found> tables(FileSystem fs, FileTree.Node root) {
    List<Found> found = new ArrayList<>();
    List<FileTree.Node> nodes = new ArrayList<>();
    walk(fs, root, bounds(fs, root), new HashSet<>(), nodes, found);
    String prefix = root.path().toUri().getPath();
    for (FileTree.Node node : nodes) {
      String name = node.path().toUri().getPath().substring(prefix.length() + 1);
      if (!node.isFile()) {
        found.add(Found.refused(node.path().toString(), name, Reason.UNREADABLE, node.problem()));
      } else if (isTable(node.name())) {
        found.add(new Found(node.path().toString(), node.bytes(), new SourceFile.Rows(name)));
      } else {
        found.add(Found.refused(node.path().toString(), name, Reason.NOT_A_REPORT, ""));
      }
    }
    found.sort(Comparator.comparing(Found::path, NaturalOrder.INSTANCE));
    return found;
  }

  private static boolean isTable(String name) {
    return name.toLowerCase(Locale.ROOT)
        .matches(".*\\.(jsonl|ndjson|json|csv|tsv|parquet|hl7)(\\.(gz|zst))?");
  }

  /** A file as a report, what is none as refused. */
  static Found report(FileTree.Node node, String name) {
    return node.isFile()
        ? new Found(node.path().toString(), node.bytes(), new SourceFile.OneReport())
        : Found.refused(
            node.path().toString(),
            name,
            Reason.UNREADABLE,
            node.isFolder() ? "a folder" : node.problem());
  }

  /**
   * Every file below a folder, and folders named like reports, each folder once whatever links lead
   * to it. Names that begin with a dot or an underscore are passed over, as Hadoop does.
   */
  private static void walk(
      FileSystem fs,
      FileTree.Node folder,
      FileTree.Bounds bounds,
      Set<String> seen,
      List<FileTree.Node> found,
      List<Found> refused) {
    if (!folder.key().isEmpty() && !seen.add(folder.key())) {
      return;
    }
    List<FileTree.Node> children;
    try {
      children = FileTree.children(fs, folder.path(), bounds);
    } catch (IOException e) {
      refused.add(
          Found.refused(
              folder.path().toString(),
              folder.name(),
              Reason.UNREADABLE,
              "a folder, " + e.getClass().getSimpleName()));
      return;
    }
    for (FileTree.Node child : children) {
      if (child.name().startsWith(".") || child.name().startsWith("_")) {
        continue;
      }
      if (!child.isFolder() || EntryName.isXml(child.name())) {
        found.add(child);
      } else {
        walk(fs, child, bounds, seen, found, refused);
      }
    }
  }
}
