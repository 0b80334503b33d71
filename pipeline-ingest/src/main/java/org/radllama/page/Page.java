package org.radllama.page;

import static org.radllama.text.Format.format;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.commons.codec.digest.DigestUtils;
import org.radllama.text.Resources;

/**
 * One self-contained HTML page, readable wide and narrow, light and dark, and on paper. A page of
 * several sections begins with a list of them.
 */
public final class Page {
  private static final String STYLE = Resources.text(Page.class, "page.css");

  /** A page of fewer sections needs no list of them. */
  private static final int FEWEST_CONTENTS = 3;

  private final String title;
  private final StringBuilder lead = new StringBuilder();
  private final StringBuilder body = new StringBuilder();
  private final StringBuilder scriptSources = new StringBuilder();
  private final List<String> contents = new ArrayList<>();
  private final Set<String> ids = new HashSet<>();

  /** What the page's tables are called to those who hear it; no two are called the same. */
  private final Set<String> labels = new HashSet<>();

  /**
   * An empty page.
   *
   * @param title what stands on top and in the browser's tab; names the run, so that no two open
   *     pages have the same
   */
  public Page(String title) {
    this.title = title;
  }

  /** A page elsewhere: what it is called, and where it is, as a relative address. */
  public record Link(String text, String address) {}

  /**
   * Adds links to other pages and files, under the title.
   *
   * @param what what they are, before the first one
   */
  public Page links(String what, List<Link> links) {
    if (!links.isEmpty()) {
      lead.append("<p class=\"links\">")
          .append(escape(what))
          .append(' ')
          .append(links.stream().map(Page::anchor).collect(Collectors.joining(", ")))
          .append("</p>\n");
    }
    return this;
  }

  private static String anchor(Link link) {
    return "<a href=\"" + escape(link.address()) + "\">" + escape(link.text()) + "</a>";
  }

  /** Begins a section. */
  public Page heading(String text) {
    String id = id(text);
    contents.add("<li>" + anchor(new Link(text, "#" + id)) + "</li>");
    body.append("<h2 id=\"").append(id).append("\">").append(escape(text)).append("</h2>\n");
    return this;
  }

  /** An id of a heading's words that no other has. */
  private String id(String text) {
    String words = text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    String id = "s-" + words;
    for (int i = 2; !ids.add(id); i++) {
      id = "s-" + words + "-" + i;
    }
    return id;
  }

  /** Adds a paragraph. */
  public Page paragraph(String text) {
    body.append("<p>").append(escape(text)).append("</p>\n");
    return this;
  }

  /** Adds a table; one too wide for a page becomes several below each other. */
  public Page table(Table table) {
    if (table.rows().isEmpty()) {
      return paragraph(table.caption().replaceFirst("\\.$", "") + ": none.");
    }
    table.parts().forEach(this::part);
    return this;
  }

  private void part(Table table) {
    String name = table.caption();
    for (int i = 2; !labels.add(name); i++) {
      name = table.caption() + " (" + i + ")";
    }
    body.append(table.html(name));
  }

  /**
   * Adds tables that are folded until somebody opens them.
   *
   * @param summary what is seen of them
   */
  public Page folded(String summary, List<Table> tables) {
    if (!tables.isEmpty()) {
      body.append("<details><summary>").append(escape(summary)).append("</summary>\n");
      tables.forEach(this::table);
      body.append("</details>\n");
    }
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

  /** Adds a chart that is folded until somebody opens it. */
  public Page foldedFigure(String summary, String caption, String svg) {
    body.append("<details><summary>").append(escape(summary)).append("</summary>\n");
    figure(caption, svg);
    body.append("</details>\n");
    return this;
  }

  /**
   * Adds text that keeps its lines, such as a configuration, folded until somebody opens it.
   *
   * @param summary what is seen of it
   */
  public Page preformatted(String summary, String text) {
    body.append("<details><summary>")
        .append(escape(summary))
        .append("</summary><pre>")
        .append(escape(text))
        .append("</pre></details>\n");
    return this;
  }

  /** Adds names with their values. */
  public Page facts(Map<String, String> facts) {
    body.append("<dl>");
    facts.forEach(
        (name, value) ->
            body.append("<div><dt>")
                .append(escape(name))
                .append("</dt><dd>")
                .append(escape(value))
                .append("</dd></div>"));
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
    ids.add(id);
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

  private String contents() {
    return contents.size() < FEWEST_CONTENTS
        ? ""
        : "<nav aria-label=\"Contents\"><ul>" + String.join("", contents) + "</ul></nav>\n";
  }

  /** The whole document. */
  public String html() {
    return format(
        Resources.text(Page.class, "page.html"),
        policy(),
        escape(title),
        STYLE,
        lead + contents() + body);
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
