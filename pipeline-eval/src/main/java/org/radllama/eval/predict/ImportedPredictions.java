package org.radllama.eval.predict;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.radllama.ingest.run.JobFailure;

/** Joins imported files with the reports under evaluation, by id. Nothing is dropped in silence. */
public final class ImportedPredictions {
  private ImportedPredictions() {}

  /** Why an id of a file or of the split found no partner. */
  public enum Kind {
    /** In the split, not in the file. */
    MISSING,
    /** In the file, not in the split. */
    EXTRA,
    /** In the file before. */
    DUPLICATE
  }

  /** One id without a partner. */
  public record Unmatched(String system, String id, Kind kind) {}

  /**
   * A joined file. Lines read = kept + extra + duplicates.
   *
   * @param answers what is kept
   * @param read lines of the file
   * @param unmatched in the order of kind, then of the file or the split
   */
  public record Joined(SystemAnswers answers, int read, List<Unmatched> unmatched) {
    public Joined {
      unmatched = List.copyOf(unmatched);
      long other = unmatched.stream().filter(u -> u.kind() != Kind.MISSING).count();
      if (read != answers.byId().size() + other) {
        throw new IllegalStateException(
            "%d lines read, %d kept, %d not".formatted(read, answers.byId().size(), other));
      }
    }

    /** How many ids of a kind there are. */
    public long count(Kind kind) {
      return unmatched.stream().filter(u -> u.kind() == kind).count();
    }
  }

  /** Joins one file with the split's items. */
  public static Joined join(ImportedFile file, List<EvaluationItem> items) {
    Map<String, String> kept = new HashMap<>();
    List<Unmatched> unmatched = new ArrayList<>();
    Set<String> known = new HashSet<>();
    for (EvaluationItem item : items) {
      known.add(item.id());
      ImportedFile.Row row = file.rows().get(item.id());
      if (row == null) {
        unmatched.add(new Unmatched(file.name(), item.id(), Kind.MISSING));
      } else {
        kept.put(item.id(), row.prediction());
      }
    }
    file.rows().keySet().stream()
        .filter(id -> !known.contains(id))
        .forEach(id -> unmatched.add(new Unmatched(file.name(), id, Kind.EXTRA)));
    file.duplicates().forEach(id -> unmatched.add(new Unmatched(file.name(), id, Kind.DUPLICATE)));
    SystemAnswers answers = new SystemAnswers(file.name(), SystemAnswers.Kind.IMPORTED, kept);
    return new Joined(answers, file.read(), unmatched);
  }

  /**
   * The reports that files bring themselves when no dataset is given: all their ids.
   *
   * @throws JobFailure exit 3 when a reference is missing or two files contradict each other
   */
  public static EvaluationSet itemsOf(List<ImportedFile> files) {
    Map<String, EvaluationItem> items = new TreeMap<>();
    for (ImportedFile file : files) {
      file.rows().forEach((id, row) -> addItem(items, file.name(), id, row.reference()));
    }
    return new EvaluationSet(List.copyOf(items.values()), List.of(), List.of());
  }

  private static void addItem(
      Map<String, EvaluationItem> items, String name, String id, String reference) {
    if (reference == null) {
      throw JobFailure.input(
          "--predictions %s: id %s has no field \"reference\", needed without --dataset"
              .formatted(name, id));
    }
    EvaluationItem before =
        items.putIfAbsent(
            id,
            new EvaluationItem(
                id, EvaluationSet.IMPORTED, EvaluationSet.NO_SPLIT, "", reference, "unknown"));
    if (before != null && !before.reference().equals(reference)) {
      throw JobFailure.input(
          "--predictions %s: id %s has another reference than the files before"
              .formatted(name, id));
    }
  }
}
