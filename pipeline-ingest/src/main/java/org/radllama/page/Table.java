package org.radllama.page;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A table. The first cell of a row says what the row is about.
 *
 * @param caption what it shows, under which conditions
 * @param header one cell a column; a name that another column has gets a number, since no two may
 *     be called the same
 * @param rows as many cells each as the header; a cell of a number is aligned to the right
 * @param best cells that hold the best value of their column
 */
public record Table(String caption, List<String> header, List<List<String>> rows, Set<Place> best) {
  private static final Pattern BRACKETS = Pattern.compile("(?s)([^\\[]*[0-9%])( \\[.*])");

  /** What fits a window of 1400 pixels, and about how wide letters are in a table of a page. */
  private static final double MOST_WIDTH = 1250;

  private static final double LETTER = 8.5;

  /** Longer ones, such as paths and hashes, are broken anywhere. */
  private static final int LONG_WORD = 24;

  private static final double SMALL = 0.85;
  private static final double PADDING = 18;

  /** A cell, by its row and column from 0. */
  public record Place(int row, int column) {}

  public Table {
    header = distinct(header);
    rows = rows.stream().map(List::copyOf).toList();
    best = Set.copyOf(best);
  }

  /** A table in which no value is better than another. */
  public Table(String caption, List<String> header, List<List<String>> rows) {
    this(caption, header, rows, Set.of());
  }

  private static List<String> distinct(List<String> names) {
    List<String> distinct = new ArrayList<>();
    Set<String> taken = new HashSet<>();
    for (String name : names) {
      String own = name;
      for (int i = 2; !taken.add(own); i++) {
        own = name + " (" + i + ")";
      }
      distinct.add(own);
    }
    return List.copyOf(distinct);
  }

  /** Tables that fit a wide screen, each with some of the columns behind the first. */
  List<Table> parts() {
    List<Table> parts = new ArrayList<>();
    List<Integer> columns = new ArrayList<>(List.of(0));
    double used = width(0);
    for (int column = 1; column < header.size(); column++) {
      if (used + width(column) > MOST_WIDTH && columns.size() > 1) {
        parts.add(of(columns, parts.isEmpty()));
        columns = new ArrayList<>(List.of(0));
        used = width(0);
      }
      columns.add(column);
      used += width(column);
    }
    parts.add(parts.isEmpty() ? this : of(columns, false));
    return parts;
  }

  private Table of(List<Integer> columns, boolean first) {
    Set<Place> kept = new HashSet<>();
    for (Place place : best) {
      if (columns.contains(place.column())) {
        kept.add(new Place(place.row(), columns.indexOf(place.column())));
      }
    }
    return new Table(
        first ? caption : caption + ", continued",
        columns.stream().map(header::get).toList(),
        rows.stream().map(row -> columns.stream().map(row::get).toList()).toList(),
        kept);
  }

  /** About how wide a column must be, in pixels: numbers and words are not broken. */
  private double width(int column) {
    double letters = Math.min(LONG_WORD, longestWord(header.get(column)));
    for (List<String> row : rows) {
      String cell = row.get(column);
      Matcher of = BRACKETS.matcher(cell);
      double own =
          !isNumber(cell)
              ? Math.min(LONG_WORD, longestWord(cell))
              : of.matches()
                  ? Math.max(of.group(1).length(), SMALL * of.group(2).strip().length())
                  : cell.length();
      letters = Math.max(letters, own);
    }
    return letters * LETTER + PADDING;
  }

  private static int longestWord(String text) {
    return Pattern.compile(isName(text) ? "\\s" : "[\\s-]")
        .splitAsStream(text)
        .mapToInt(String::length)
        .max()
        .orElse(0);
  }

  /** The same under another caption. */
  public Table captioned(String other) {
    return new Table(other, header, rows, best);
  }

  /** The table as HTML, to stand in a page or beside other text. */
  public String html() {
    return html(caption);
  }

  /** The same, called by a name that no other table of the page has. */
  String html(String name) {
    // A caption element is as wide as its table, so it would scroll out of sight with it.
    StringBuilder html = new StringBuilder("<p class=\"caption\">");
    html.append(Page.escape(caption))
        .append("</p><div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"")
        .append(Page.escape(name))
        .append("\"><table><thead><tr>");
    for (int column = 0; column < header.size(); column++) {
      html.append(isNumeric(column) ? "<th scope=\"col\" class=\"n\">" : "<th scope=\"col\">")
          .append(Page.escape(header.get(column)))
          .append("</th>");
    }
    html.append("</tr></thead><tbody>\n");
    for (int row = 0; row < rows.size(); row++) {
      html.append("<tr>");
      for (int column = 0; column < header.size(); column++) {
        html.append(cell(row, column));
      }
      html.append("</tr>\n");
    }
    return html.append("</tbody></table></div>\n").toString();
  }

  private String cell(int row, int column) {
    String cell = rows.get(row).get(column);
    String kind =
        isNumber(cell)
            ? " class=\"n\""
            : isName(cell) ? " class=\"w\"" : longestWord(cell) > LONG_WORD ? " class=\"l\"" : "";
    String shown = shown(cell);
    if (best.contains(new Place(row, column))) {
      shown = "<strong>" + shown + "</strong>";
    }
    return column == 0 && !cell.isEmpty()
        ? "<th scope=\"row\"" + kind + ">" + shown + "</th>"
        : "<td" + kind + ">" + shown + "</td>";
  }

  /** What stands in brackets behind a number goes below it, so that columns are narrow. */
  private static String shown(String cell) {
    Matcher of = BRACKETS.matcher(cell);
    return isNumber(cell) && of.matches()
        ? Page.escape(of.group(1)) + "<span class=\"i\">" + Page.escape(of.group(2)) + "</span>"
        : Page.escape(cell);
  }

  /** Whether a column's cells are numbers or empty, so that its head is aligned like them. */
  private boolean isNumeric(int column) {
    return rows.stream().anyMatch(row -> isNumber(row.get(column)))
        && rows.stream().allMatch(row -> row.get(column).isEmpty() || isNumber(row.get(column)));
  }

  /** A short word with hyphens, such as a system's name, is not broken at them. */
  private static boolean isName(String cell) {
    return cell.length() <= 24 && cell.indexOf('-') > 0 && cell.indexOf(' ') < 0;
  }

  private static boolean isNumber(String cell) {
    return cell.matches("[-+]?[0-9][0-9,. ]*([ \u00a0]?[%a-zA-Z]{0,3})?( \\[.*])?");
  }
}
