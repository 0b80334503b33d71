package org.radllama.ingest.split;

import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.radllama.dataset.Split;
import org.radllama.failure.BadInputException;

/** A published split: which report is in which split, in which order. */
public final class SplitTable implements Serializable {
  /** A report's split and its place in the file. */
  record Entry(Split split, int position) implements Serializable {}

  private final String name;
  private final Map<String, Entry> entries = new HashMap<>();
  private final transient SplitCheck check = new SplitCheck();
  private boolean restTrains;
  private int rows;

  SplitTable(String name) {
    this.name = name;
  }

  /** Adds a row; a report's first row gives its place. */
  void add(String id, Split split) {
    Entry before = entries.putIfAbsent(id, new Entry(split, rows++));
    if (before != null) {
      check.compare(id, before.split(), split);
    }
  }

  /** Notes that a row puts a patient into a split. */
  void addPatient(String patient, Split split) {
    check.add(patient, split);
  }

  /** Puts reports that the file does not name into train. */
  void restTrains() {
    restTrains = true;
  }

  /**
   * This table.
   *
   * @throws BadInputException when a report or patient is in two splits, or nothing is named
   */
  SplitTable checked() {
    check.requireOneSplitEach("--split-file: " + name);
    if (entries.isEmpty()) {
      throw new BadInputException("--split-file: %s names no report", name);
    }
    return this;
  }

  /** The file's name, for messages. */
  String name() {
    return name;
  }

  /** How many reports it names. */
  public int size() {
    return entries.size();
  }

  /** Whether it has a validate split of its own. */
  boolean validates() {
    return entries.values().stream().anyMatch(e -> e.split() == Split.VALIDATE);
  }

  /** A report's split and place; empty when the file leaves it out. */
  Optional<Entry> find(String id) {
    Entry entry = entries.get(id);
    if (entry == null && restTrains) {
      return Optional.of(new Entry(Split.TRAIN, OrderKey.UNLISTED));
    }
    return Optional.ofNullable(entry);
  }
}
