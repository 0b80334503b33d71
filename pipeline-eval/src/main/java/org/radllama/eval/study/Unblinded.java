package org.radllama.eval.study;

import static org.radllama.text.Format.format;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.radllama.eval.study.ReaderRatings.Judgement;

/**
 * A study with its answers and without its blinding: one row an item of the key, answered or not.
 *
 * @param key the study
 * @param rows in the order of readers and forms
 * @param returned readers of whom a file came back, sorted, with its name
 * @param same files that said what another file of the same reader said
 */
public record Unblinded(StudyKey key, List<Row> rows, Map<String, String> returned, int same) {
  public Unblinded {
    rows = List.copyOf(rows);
    returned = new TreeMap<>(returned);
  }

  /**
   * An item with all that is known.
   *
   * @param reader who judged
   * @param report what
   * @param system of whom
   * @param item the blinded item
   * @param showing 1, or 2 when it was shown again
   * @param judgement ratings and comment
   * @param ticked how many items of the blinded report are among the best; 0: no preference
   * @param best whether this one is
   */
  public record Row(
      String reader,
      StudyKey.Report report,
      String system,
      String item,
      int showing,
      Judgement judgement,
      int ticked,
      boolean best) {

    /** A rating from 1 to 5, or 0 where it is missing. */
    @SuppressWarnings("EnumOrdinal") // The form lists the dimensions in their order.
    int rating(Dimension dimension) {
      return judgement.ratings().get(dimension.ordinal());
    }

    @Override
    public String toString() {
      return "Row[%s, %s, %s]".formatted(reader, report.id(), system);
    }
  }

  /** A file that came back, by the name it was given under. */
  public record Content(String file, byte[] bytes) {}

  /**
   * Checks, joins and unblinds.
   *
   * @throws org.radllama.failure.BadInputException when a file cannot be used, or two of one reader
   *     differ
   */
  public static Unblinded of(StudyKey key, List<Content> contents) throws IOException {
    List<ReturnedFile> files = new ArrayList<>();
    for (Content content : contents) {
      files.add(ReturnedFile.read(content.file(), content.bytes(), key));
    }
    Map<String, ReturnedFile> byReader = ReturnedFile.byReader(files);
    Map<String, StudyKey.Report> reports = new HashMap<>();
    key.reports().forEach(r -> reports.put(r.id(), r));
    List<Row> rows = new ArrayList<>();
    Map<String, String> returned = new TreeMap<>();
    for (StudyKey.Reader reader : key.readers()) {
      Optional<ReturnedFile> file = Optional.ofNullable(byReader.get(reader.name()));
      file.ifPresent(f -> returned.put(reader.name(), f.file()));
      ReaderRatings answers = file.map(ReturnedFile::answers).orElse(ReaderRatings.NONE);
      for (StudyKey.Block block : reader.blocks()) {
        rows.addAll(rows(reader.name(), reports.get(block.report()), block, answers));
      }
    }
    Unblinded all = new Unblinded(key, rows, returned, files.size() - byReader.size());
    all.requireComplete();
    return all;
  }

  private static List<Row> rows(
      String reader, StudyKey.Report report, StudyKey.Block block, ReaderRatings answers) {
    Set<String> best = answers.best(block.id());
    return block.items().stream()
        .map(
            item ->
                new Row(
                    reader,
                    report,
                    item.system(),
                    item.id(),
                    block.showing(),
                    answers.of(item.id()),
                    best.size(),
                    best.contains(item.id())))
        .toList();
  }

  private void requireComplete() {
    if (rows.size() != key.items() || packed() != rated() + missing()) {
      throw new IllegalStateException(
          format(
              "%d items packed, %d joined; %d ratings, %d given, %d missing",
              key.items(), rows.size(), packed(), rated(), missing()));
    }
  }

  /** Ratings that forms ask for. */
  public long packed() {
    return (long) key.items() * Dimension.values().length;
  }

  /** Ratings given. */
  public long rated() {
    return rows.stream().flatMap(r -> r.judgement().ratings().stream()).filter(v -> v > 0).count();
  }

  /** Ratings not given. */
  public long missing() {
    return rows.stream().flatMap(r -> r.judgement().ratings().stream()).filter(v -> v == 0).count();
  }

  @Override
  public String toString() {
    return format("Unblinded[%d items]", rows.size());
  }
}
