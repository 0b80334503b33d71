package org.radllama.ingest.read;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileSystem;
import org.radllama.ingest.read.SourceListing.Found;
import org.radllama.ingest.record.Reason;
import org.radllama.run.FileTree;

/**
 * MIMIC-CXR's tree, {@code p10/p10000032/s50414267.txt}. Whatever else lies in it is listed as
 * refused, so that it is counted; only folders named like a study, where the images are, are passed
 * over.
 */
final class MimicCxrTree {
  private static final Pattern GROUP = Pattern.compile("p[0-9]{2}");
  private static final Pattern PATIENT = Pattern.compile("p[0-9]+");
  private static final Pattern STUDY = Pattern.compile("s[0-9]+\\.txt");
  private static final Pattern IMAGES = Pattern.compile("s[0-9]+");

  /** Patients whose folders are listed at once. */
  private static final int BATCH = 1 << 12;

  private final FileSystem fs;
  private final int limit;
  private final FileTree.Bounds bounds;

  /**
   * A lister.
   *
   * @param limit reports after which it may stop
   * @param bounds out of which no link may lead
   */
  MimicCxrTree(FileSystem fs, int limit, FileTree.Bounds bounds) {
    this.fs = fs;
    this.limit = limit;
    this.bounds = bounds;
  }

  /** A folder on the way down. */
  private record Step(FileTree.Node node, String name, Set<String> above) {
    boolean isLoop() {
      return !node.key().isEmpty() && above.contains(node.key());
    }

    List<Step> below(List<FileTree.Node> children) {
      Set<String> keys = new HashSet<>(above);
      keys.add(node.key());
      String prefix = name.isEmpty() ? "" : name + "/";
      return children.stream()
          .sorted(Comparator.comparing(FileTree.Node::name, NaturalOrder.INSTANCE))
          .map(child -> new Step(child, prefix + child.name(), keys))
          .toList();
    }
  }

  /**
   * Lists the tree: 65,000 folders of a few files each, by several threads, put together in order.
   *
   * @throws IOException when the root cannot be listed
   */
  List<Found> list(FileTree.Node root) throws IOException {
    Step top = new Step(root, "", Set.of());
    FileTree.children(fs, root.path());
    List<Found> found = new ArrayList<>();
    int reports = 0;
    for (Step group : children(top)) {
      if (!isFolder(group, GROUP)) {
        found.add(refused(group));
        continue;
      }
      List<Step> patients = children(group);
      for (int from = 0; from < patients.size() && reports < limit; from += BATCH) {
        List<Found> batch =
            patients.subList(from, Math.min(from + BATCH, patients.size())).parallelStream()
                .flatMap(patient -> patient(patient).stream())
                .toList();
        reports += (int) batch.stream().filter(Found::isReport).count();
        found.addAll(batch);
      }
    }
    return found;
  }

  private List<Found> patient(Step patient) {
    if (!isFolder(patient, PATIENT)) {
      return List.of(refused(patient));
    }
    List<Found> found = new ArrayList<>();
    for (Step study : children(patient)) {
      if (STUDY.matcher(study.node().name()).matches()) {
        found.add(SourceListing.report(study.node(), study.name()));
      } else if (!isFolder(study, IMAGES)) {
        found.add(refused(study));
      }
    }
    return found;
  }

  private static boolean isFolder(Step step, Pattern named) {
    return step.node().isFolder() && named.matcher(step.node().name()).matches() && !step.isLoop();
  }

  private static Found refused(Step step) {
    FileTree.Node node = step.node();
    boolean broken = node.kind() == FileTree.Kind.BROKEN || step.isLoop();
    String detail = step.isLoop() ? "a link to a folder above" : node.problem();
    return Found.refused(
        node.path().toString(),
        step.name(),
        broken ? Reason.UNREADABLE : Reason.NOT_A_REPORT,
        node.isFolder() && !broken ? "a folder" : detail);
  }

  /** What a folder holds; one that cannot be listed holds itself, broken. */
  private List<Step> children(Step folder) {
    try {
      return folder.below(FileTree.children(fs, folder.node().path(), bounds));
    } catch (IOException e) {
      FileTree.Node broken = FileTree.broken(folder.node().path(), e.getClass().getSimpleName());
      return List.of(new Step(broken, folder.name(), Set.of()));
    }
  }
}
