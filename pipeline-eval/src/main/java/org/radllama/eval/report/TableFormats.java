package org.radllama.eval.report;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.radllama.page.Table;

/** Tables for spreadsheets, pages and papers. */
public final class TableFormats {
  private static final Pattern FORMULA = Pattern.compile("[=+@\\t\\r-]");
  private static final Pattern FIGURE =
      Pattern.compile("-|[+-]?[0-9][0-9.,]*([eE][+-]?[0-9]+)?%?( \\[[^\\]=@]*])?");

  private static final String NUMBER = "[-+]?[0-9][0-9.,%]*( \\[.*])?";

  private TableFormats() {}

  /** RFC 4180 with LF; the caption is left out. */
  public static String csv(Table table) {
    return Stream.concat(Stream.of(table.header()), table.rows().stream())
        .map(row -> csvLine(row.stream().map(TableFormats::plain).toList()))
        .collect(Collectors.joining());
  }

  /**
   * A line of RFC 4180 with LF. A text that a spreadsheet would take for a formula, and so could
   * run on the machine of whoever opens the file, gets an apostrophe in front (OWASP, CSV
   * Injection); numbers stay as they are.
   */
  public static String csvLine(List<String> cells) {
    return cells.stream()
        .map(c -> FORMULA.matcher(c).lookingAt() && !FIGURE.matcher(c).matches() ? "'" + c : c)
        .map(c -> c.matches("(?s).*[\",\\r\\n].*") ? '"' + c.replace("\"", "\"\"") + '"' : c)
        .collect(Collectors.joining(",", "", "\n"));
  }

  /** A table of GitHub's Markdown under its caption. */
  public static String markdown(Table table) {
    StringBuilder text = new StringBuilder(table.caption()).append("\n\n");
    text.append(markdownRow(table.header()));
    for (int column = 0; column < table.header().size(); column++) {
      text.append(isNumeric(table, column) ? "| ---: " : "| --- ");
    }
    text.append("|\n");
    table.rows().forEach(row -> text.append(markdownRow(row)));
    return text.toString();
  }

  private static String markdownRow(List<String> row) {
    return row.stream()
        .map(cell -> plain(cell).replace("|", "\\|").replace('\n', ' '))
        .collect(Collectors.joining(" | ", "| ", " |\n"));
  }

  /** A {@code table} with a {@code tabular}, which needs the package booktabs. */
  public static String latex(Table table) {
    StringBuilder columns = new StringBuilder();
    for (int column = 0; column < table.header().size(); column++) {
      columns.append(isNumeric(table, column) ? 'r' : 'l');
    }
    StringBuilder text = new StringBuilder("\\begin{table}\n\\centering\n");
    text.append("\\caption{").append(latexCell(table.caption())).append("}\n");
    text.append("\\begin{tabular}{").append(columns).append("}\n\\toprule\n");
    text.append(latexRow(table.header())).append("\\midrule\n");
    table.rows().forEach(row -> text.append(latexRow(row)));
    return text.append("\\bottomrule\n\\end{tabular}\n\\end{table}\n").toString();
  }

  private static String latexRow(List<String> row) {
    return row.stream()
        .map(TableFormats::latexCell)
        .collect(Collectors.joining(" & ", "", " \\\\\n"));
  }

  private static String latexCell(String cell) {
    StringBuilder text = new StringBuilder();
    for (char c : plain(cell).toCharArray()) {
      switch (c) {
        case '\\' -> text.append("\\textbackslash{}");
        case '~' -> text.append("\\textasciitilde{}");
        case '^' -> text.append("\\textasciicircum{}");
        case '&', '%', '$', '#', '_', '{', '}' -> text.append('\\').append(c);
        case '[' -> text.append("{[}");
        case ']' -> text.append("{]}");
        case '\n' -> text.append(' ');
        default -> text.append(c);
      }
    }
    return text.toString();
  }

  private static String plain(String cell) {
    return cell.replace('\u00a0', ' ');
  }

  private static boolean isNumeric(Table table, int column) {
    return table.rows().stream()
            .map(row -> plain(row.get(column)))
            .allMatch(cell -> cell.isEmpty() || cell.matches(NUMBER))
        && table.rows().stream().anyMatch(row -> !row.get(column).isEmpty());
  }

  /** A file name of a heading: lower-case words joined by hyphens. */
  static String slug(String heading) {
    return heading
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^a-z0-9_]+", "-")
        .replaceAll("^-+|-+$", "");
  }
}
