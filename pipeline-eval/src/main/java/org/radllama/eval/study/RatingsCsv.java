package org.radllama.eval.study;

import java.util.List;
import org.radllama.eval.report.TableFormats;
import org.radllama.eval.study.Unblinded.Row;

/**
 * {@code ratings.csv}: a row an item and dimension, in the order of readers and forms; {@code
 * rating} is empty where it is missing, {@code best} (1, 0, empty without a preference) and {@code
 * comment} are of the item and stand in each of its rows. RFC 4180 with LF.
 */
public final class RatingsCsv {
  private static final List<String> HEADER =
      List.of(
          "reader",
          "report",
          "source",
          "label",
          "stratum",
          "system",
          "showing",
          "item",
          "dimension",
          "rating",
          "best",
          "comment");

  private RatingsCsv() {}

  /** The whole file. */
  public static String of(Unblinded study) {
    StringBuilder csv = new StringBuilder(TableFormats.csvLine(HEADER));
    for (Row row : study.rows()) {
      for (Dimension dimension : Dimension.values()) {
        csv.append(TableFormats.csvLine(cells(row, dimension)));
      }
    }
    return csv.toString();
  }

  private static List<String> cells(Row row, Dimension dimension) {
    int rating = row.rating(dimension);
    return List.of(
        row.reader(),
        row.report().id(),
        row.report().source(),
        row.report().label(),
        row.report().stratum(),
        row.system(),
        Integer.toString(row.showing()),
        row.item(),
        dimension.label(),
        rating == 0 ? "" : Integer.toString(rating),
        row.ticked() == 0 ? "" : row.best() ? "1" : "0",
        row.judgement().comment());
  }
}
