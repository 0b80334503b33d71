package org.radllama.eval.report;

import static org.radllama.text.Format.format;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.radllama.page.Table;

/** Tables for spreadsheets, pages and papers. */
public final class TableFormats {
  private static final Pattern FORMULA = Pattern.compile("[=+@\\t\\r-]");
  private static final Pattern FIGURE =
      Pattern.compile("-|[+-]?[0-9][0-9.,]*([eE][+-]?[0-9]+)?%?( \\[[^\\]=@]*])?");

  private static final String NUMBER = "[-+]?[0-9][0-9.,]*( ?%)?( \\[.*])?";
  private static final String PLAIN_NUMBER = "([-+]?[0-9][0-9.,]*(?:[eE][-+]?[0-9]+)?)";

  /** A value with its interval. */
  private static final Pattern INTERVAL =
      Pattern.compile(PLAIN_NUMBER + "( ?%)? \\[" + PLAIN_NUMBER + ", " + PLAIN_NUMBER + "]");

  /** A difference with the p of its test. */
  private static final Pattern TEST =
      Pattern.compile(PLAIN_NUMBER + " \\[p " + PLAIN_NUMBER + "(?: \\*)?]");

  /** What a document needs for {@link #latex}. */
  private static final String PREAMBLE =
      """
      % Needs in the preamble of article:
      %   \\usepackage[T1]{fontenc}
      %   \\usepackage[utf8]{inputenc}
      %   \\usepackage{array,booktabs,graphicx,longtable}
      """;

  /** A float of more rows would not fit a page. */
  private static final int MOST_FLOATING_ROWS = 40;

  /** A column of text is at least so wide, if it has so many letters. */
  private static final int LEAST_LETTERS = 12;

  private static final int MOST_DIGITS = 9;

  /** So many letters fill a line of article in its smallest size, with columns apart. */
  private static final int LINE_LETTERS = 92;

  private TableFormats() {}

  /**
   * RFC 4180 with LF; the caption is left out. A value, its interval's ends and the p of a test
   * have a column each.
   */
  public static String csv(Table table) {
    Table single = singleValues(table);
    return Stream.concat(Stream.of(single.header()), single.rows().stream())
        .map(row -> csvLine(row.stream().map(TableFormats::plain).toList()))
        .collect(Collectors.joining());
  }

  /** The table with one value a cell. */
  private static Table singleValues(Table table) {
    List<String> header = new ArrayList<>();
    List<List<String>> rows = new ArrayList<>();
    table.rows().forEach(row -> rows.add(new ArrayList<>()));
    for (int column = 0; column < table.header().size(); column++) {
      String name = table.header().get(column);
      int at = column;
      List<String> cells = table.rows().stream().map(row -> plain(row.get(at))).toList();
      boolean intervals = cells.stream().anyMatch(c -> INTERVAL.matcher(c).matches());
      boolean tests = cells.stream().anyMatch(c -> TEST.matcher(c).matches());
      boolean percent = cells.stream().anyMatch(c -> c.matches(PLAIN_NUMBER + " %.*"));
      String named = percent ? name + ", %" : name;
      header.add(named);
      if (intervals) {
        header.addAll(List.of(named + ", low", named + ", high"));
      } else if (tests) {
        header.add(named + ", p (Holm)");
      }
      for (int row = 0; row < cells.size(); row++) {
        rows.get(row).addAll(values(cells.get(row), intervals, tests));
      }
    }
    return new Table(table.caption(), header, rows);
  }

  private static List<String> values(String cell, boolean intervals, boolean tests) {
    Matcher interval = INTERVAL.matcher(cell);
    Matcher test = TEST.matcher(cell);
    if (intervals) {
      return interval.matches()
          ? List.of(interval.group(1), interval.group(3), interval.group(4))
          : List.of(withoutPercent(cell), "", "");
    }
    if (tests) {
      return test.matches() ? List.of(test.group(1), test.group(2)) : List.of(cell, "");
    }
    return List.of(withoutPercent(cell));
  }

  private static String withoutPercent(String cell) {
    return cell.replaceFirst("^" + PLAIN_NUMBER + " %$", "$1");
  }

  /** A table for a terminal: columns stand below each other, numbers to the right. */
  public static List<String> text(Table table) {
    List<List<String>> all = new ArrayList<>(List.of(table.header()));
    all.addAll(table.rows());
    int columns = table.header().size();
    int[] widths = new int[columns];
    all.forEach(
        row -> {
          for (int column = 0; column < columns; column++) {
            widths[column] = Math.max(widths[column], row.get(column).length());
          }
        });
    List<String> lines = new ArrayList<>();
    for (List<String> row : all) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < columns; column++) {
        String cell = plain(row.get(column));
        String blanks = " ".repeat(widths[column] - cell.length());
        line.append(column == 0 ? "" : "  ")
            .append(isNumeric(table, column) ? blanks + cell : cell + blanks);
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
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

  /**
   * A {@code table} no wider than the text, or where it has many rows a {@code longtable} over as
   * many pages as it takes. A comment says which packages it needs.
   */
  public static String latex(Table table) {
    List<List<String>> rows =
        table.rows().stream().map(row -> row.stream().map(TableFormats::rounded).toList()).toList();
    Table shown = new Table(table.caption(), table.header(), rows, table.best());
    return PREAMBLE + (rows.size() > MOST_FLOATING_ROWS ? longTable(shown) : floating(shown));
  }

  /** Nobody prints all digits of a double. */
  private static String rounded(String cell) {
    return cell.matches("-?[0-9]+\\.[0-9]+([eE]-?[0-9]+)?") && cell.length() > MOST_DIGITS
        ? format(cell.matches(".*[eE].*") ? "%.3e" : "%.5f", Double.parseDouble(cell))
        : cell;
  }

  private static String floating(Table table) {
    StringBuilder columns = new StringBuilder();
    for (int column = 0; column < table.header().size(); column++) {
      columns.append(isNumeric(table, column) ? "r" : prose(table, column));
    }
    StringBuilder text = new StringBuilder("\\begin{table}[tbp]\n\\centering\n");
    text.append("\\caption{").append(latexCell(table.caption())).append("}\n");
    text.append("\\sbox0{\\begin{tabular}{").append(columns).append("}\n\\toprule\n");
    text.append(latexRow(table, -1)).append("\\midrule\n");
    for (int row = 0; row < table.rows().size(); row++) {
      text.append(latexRow(table, row));
    }
    text.append("\\bottomrule\n\\end{tabular}}%\n");
    text.append("\\ifdim\\wd0>\\linewidth\\resizebox{\\linewidth}{!}{\\usebox0}");
    return text.append("\\else\\usebox0\\fi\n\\end{table}\n").toString();
  }

  /** Long texts are broken into lines. */
  private static String prose(Table table, int column) {
    int longest = table.rows().stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    return longest > 40 ? "p{10em}" : "l";
  }

  /** Letters that a text needs to stand in several lines. */
  private static int leastWidth(String text) {
    int longest =
        Pattern.compile("[\\s_-]")
            .splitAsStream(text)
            .mapToInt(word -> word.length() + 1)
            .max()
            .orElse(1);
    return Math.max(longest, Math.min(LEAST_LETTERS, text.length()));
  }

  /** Columns are as wide as their share of the letters, and break their words. */
  private static String longTable(Table table) {
    int columns = table.header().size();
    double[] letters = new double[columns];
    double sum = 0;
    for (int column = 0; column < columns; column++) {
      int at = column;
      boolean numbers = isNumeric(table, column);
      letters[column] =
          Stream.concat(Stream.of(table.header()), table.rows().stream())
              .mapToInt(row -> numbers ? row.get(at).length() : leastWidth(row.get(at)))
              .max()
              .orElse(1);
      sum += letters[column];
    }
    StringBuilder spec = new StringBuilder();
    double room = 0.995 - columns * 3.0 / 345;
    for (int column = 0; column < columns; column++) {
      String side = isNumeric(table, column) ? "\\raggedleft" : "\\raggedright";
      double width = room * letters[column] / Math.max(sum, LINE_LETTERS);
      spec.append(format(">{%s\\arraybackslash\\hspace{0pt}}p{%.4f\\linewidth}", side, width));
    }
    StringBuilder text = new StringBuilder("{\\tiny\\setlength{\\tabcolsep}{1.5pt}\n");
    text.append("\\begin{longtable}{").append(spec).append("}\n");
    text.append("\\caption{").append(latexCell(table.caption())).append("}\\\\\n\\toprule\n");
    text.append(latexRow(table, -1)).append("\\midrule\n\\endhead\n\\bottomrule\n\\endfoot\n");
    for (int row = 0; row < table.rows().size(); row++) {
      text.append(latexRow(table, row));
    }
    return text.append("\\end{longtable}}\n").toString();
  }

  /** A row; the header is row -1. The best values of columns are bold. */
  private static String latexRow(Table table, int row) {
    List<String> cells = row < 0 ? table.header() : table.rows().get(row);
    List<String> shown = new ArrayList<>();
    for (int column = 0; column < cells.size(); column++) {
      String cell = latexCell(cells.get(column));
      boolean best = table.best().contains(new Table.Place(row, column));
      shown.add(best ? "\\textbf{" + cell + "}" : cell);
    }
    return String.join(" & ", shown) + " \\\\\n";
  }

  private static String latexCell(String cell) {
    StringBuilder text = new StringBuilder();
    for (char c : plain(cell).toCharArray()) {
      switch (c) {
        case '\\' -> text.append("\\textbackslash{}");
        case '~' -> text.append("\\textasciitilde{}");
        case '^' -> text.append("\\textasciicircum{}");
        case '&', '%', '$', '#', '{', '}' -> text.append('\\').append(c);
        // Names have long words, which may be broken behind these.
        case '_' -> text.append("\\_\\allowbreak{}");
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
