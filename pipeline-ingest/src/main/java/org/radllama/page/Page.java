package org.radllama.page;

import static org.radllama.text.Format.format;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Base64;
import java.util.Map;
import org.apache.commons.codec.digest.DigestUtils;
import org.radllama.text.Resources;

/** One self-contained HTML page, readable wide and narrow, light and dark, and on paper. */
public final class Page {
  private static final String STYLE = Resources.text(Page.class, "page.css");

  private final String title;
  private final StringBuilder body = new StringBuilder();
  private final StringBuilder scriptSources = new StringBuilder();

  /** An empty page under a title. */
  public Page(String title) {
    this.title = title;
  }

  /** Begins a section. */
  public Page heading(String text) {
    body.append("<h2>").append(escape(text)).append("</h2>\n");
    return this;
  }

  /** Adds a paragraph. */
  public Page paragraph(String text) {
    body.append("<p>").append(escape(text)).append("</p>\n");
    return this;
  }

  /** Adds a table. */
  public Page table(Table table) {
    body.append(table.html());
    return this;
  }

  /** Adds a chart of {@link Charts} with the sentence that says what it shows. */
  public Page figure(String caption, String svg) {
    body.append("<figure>")
        .append(svg)
        .append("<figcaption>")
        .append(escape(caption))
        .append("</figcaption></figure>\n");
    return this;
  }

  /** Adds text that keeps its lines, such as a configuration. */
  public Page preformatted(String text) {
    body.append("<pre>").append(escape(text)).append("</pre>\n");
    return this;
  }

  /** Adds names with their values. */
  public Page facts(Map<String, String> facts) {
    body.append("<dl>");
    facts.forEach(
        (name, value) ->
            body.append("<dt>")
                .append(escape(name))
                .append("</dt><dd>")
                .append(escape(value))
                .append("</dd>"));
    body.append("</dl>\n");
    return this;
  }

  /**
   * Adds data with a script that shows it. No other script can run on the page.
   *
   * @param id the id of the element that holds the data
   * @param data what the script reads from there
   * @param script plain JavaScript of ours, never made from data
   */
  public Page script(String id, JsonNode data, String script) {
    // An end tag in the data would end its element, whatever JSON says.
    body.append("<script type=\"application/json\" id=\"")
        .append(escape(id))
        .append("\">")
        .append(data.toString().replace("<", "\\u003c").replace("\u2028", "\\u2028"))
        .append("</script>\n<script>")
        .append(script)
        .append("</script>\n");
    String digest = Base64.getEncoder().encodeToString(DigestUtils.sha256(script));
    scriptSources.append(" 'sha256-").append(digest).append('\'');
    return this;
  }

  private String policy() {
    return "default-src 'none'; style-src 'unsafe-inline'"
        + (scriptSources.isEmpty() ? "" : "; script-src" + scriptSources);
  }

  /** The whole document. */
  public String html() {
    return format(Resources.text(Page.class, "page.html"), policy(), escape(title), STYLE, body);
  }

  /** Text made safe inside elements and quoted attributes. */
  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
