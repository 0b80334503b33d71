package org.radllama.ingest.page;

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

  String html() {
    StringBuilder html = new StringBuilder("<div class=\"scroll\"><table><caption>");
    html.append(Page.escape(caption)).append("</caption><thead><tr>");
    header.forEach(
        cell -> html.append("<th scope=\"col\">").append(Page.escape(cell)).append("</th>"));
    html.append("</tr></thead><tbody>\n");
    for (List<String> row : rows) {
      html.append("<tr>");
      row.forEach(
          cell ->
              html.append(isNumber(cell) ? "<td class=\"n\">" : "<td>")
                  .append(Page.escape(cell))
                  .append("</td>"));
      html.append("</tr>\n");
    }
    return html.append("</tbody></table></div>\n").toString();
  }

  private static boolean isNumber(String cell) {
    return cell.matches("[-+]?[0-9][0-9,. ]*( ?[%a-zA-Z]{0,3})?( \\[.*])?");
  }
}
