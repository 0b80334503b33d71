package org.radllama.page;

import java.util.List;

/**
 * A table.
 *
 * @param caption what it shows, under which conditions
 * @param header one cell a column
 * @param rows as many cells each as the header; a cell of a number is aligned to the right
 */
public record Table(String caption, List<String> header, List<List<String>> rows) {
  public Table {
    header = List.copyOf(header);
    rows = rows.stream().map(List::copyOf).toList();
  }

  /** The table as HTML, to stand in a page or beside other text. */
  public String html() {
    // A caption element is as wide as its table, so it would scroll out of sight with it.
    StringBuilder html = new StringBuilder("<p class=\"caption\">");
    html.append(Page.escape(caption))
        .append("</p><div class=\"scroll\"><table aria-label=\"")
        .append(Page.escape(caption))
        .append("\"><thead><tr>");
    for (int column = 0; column < header.size(); column++) {
      html.append(isNumeric(column) ? "<th scope=\"col\" class=\"n\">" : "<th scope=\"col\">")
          .append(Page.escape(header.get(column)))
          .append("</th>");
    }
    html.append("</tr></thead><tbody>\n");
    for (List<String> row : rows) {
      html.append("<tr>");
      row.forEach(
          cell ->
              html.append(
                      isNumber(cell)
                          ? "<td class=\"n\">"
                          : isName(cell) ? "<td class=\"w\">" : "<td>")
                  .append(Page.escape(cell))
                  .append("</td>"));
      html.append("</tr>\n");
    }
    return html.append("</tbody></table></div>\n").toString();
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
    return cell.matches("[-+]?[0-9][0-9,. ]*( ?[%a-zA-Z]{0,3})?( \\[.*])?");
  }
}
