package org.radllama.ingest.split;

import java.io.Serializable;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.radllama.dataset.Split;
import org.radllama.ingest.read.ReportIds;
import org.radllama.run.JobFailure;

/** A published split: which report is in which split, in which order. */
public final class SplitTable implements Serializable {
  /** Ids that an error names before it only counts the others. */
  static final int NAMED = 10;

  /** A report's split and its place in the file. */
  public record Entry(Split split, int position) implements Serializable {}

  private final String name;
  private final Map<String, Entry> entries = new HashMap<>();
  private final Map<String, Split> patients = new HashMap<>();
  private final TreeMap<String, TreeSet<String>> conflicts = new TreeMap<>();
  private boolean restTrains;
  private int rows;

  SplitTable(String name) {
    this.name = name;
  }

  /** Adds a row; a report's first row gives its place. */
  void add(String id, Split split) {
    Entry before = entries.putIfAbsent(id, new Entry(split, rows++));
    if (before != null && before.split() != split) {
      conflict(id, before.split(), split);
    }
  }

  /** Notes that a row puts a patient into a split. */
  void addPatient(String patient, Split split) {
    Split before = patients.putIfAbsent(patient, split);
    if (before != null && before != split) {
      conflict(patient, before, split);
    }
  }

  private void conflict(String id, Split a, Split b) {
    TreeSet<String> splits = conflicts.computeIfAbsent(id, key -> new TreeSet<>());
    splits.add(a.label());
    splits.add(b.label());
  }

  /** Puts reports that the file does not name into train. */
  void restTrains() {
    restTrains = true;
  }

  /**
   * This table.
   *
   * @throws JobFailure exit 3 when a report or patient is in two splits, or nothing is named
   */
  SplitTable checked() {
    if (!conflicts.isEmpty()) {
      throw crossing("--split-file: " + name, conflicts);
    }
    if (entries.isEmpty()) {
      throw JobFailure.input("--split-file: %s names no report".formatted(name));
    }
    return this;
  }

  static JobFailure crossing(String name, Map<String, ? extends Collection<String>> conflicts) {
    String some =
        conflicts.entrySet().stream()
            .limit(NAMED)
            .map(e -> shown(e.getKey()) + " (" + String.join(", ", e.getValue()) + ")")
            .collect(Collectors.joining(", "));
    String more =
        conflicts.size() > NAMED ? " and %d more".formatted(conflicts.size() - NAMED) : "";
    return JobFailure.input(
        "%s puts into more than one split: %s%s; a patient and all its reports belong to one"
            .formatted(name, some, more));
  }

  /** An id for a message. In a file whose columns are mixed up, report text may stand for it. */
  private static String shown(String id) {
    return ReportIds.isValid(ReportIds.bare(id)) ? id : "an id of " + id.length() + " characters";
  }

  /** The file's name, for messages. */
  public String name() {
    return name;
  }

  /** How many reports it names. */
  public int size() {
    return entries.size();
  }

  /** Whether it has a validate split of its own. */
  public boolean validates() {
    return entries.values().stream().anyMatch(e -> e.split() == Split.VALIDATE);
  }

  /** A report's split and place; empty when the file leaves it out. */
  public Optional<Entry> find(String id) {
    Entry entry = entries.get(id);
    if (entry == null && restTrains) {
      return Optional.of(new Entry(Split.TRAIN, OrderKey.UNLISTED));
    }
    return Optional.ofNullable(entry);
  }
}
