package org.radllama.page;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;

/** One self-contained HTML page, readable wide and narrow, light and dark, and on paper. */
public final class Page {
  private static final String STYLE =
      """
      :root { --ink: #1c2430; --soft: #5b6675; --line: #d5dbe3; --ground: #ffffff; --band: #f4f6f9;
        --c0: #1f6feb; --c1: #d9480f; --c2: #2b8a3e; --c3: #9c36b5; --c4: #b08900; --c5: #0b7285; color-scheme: light dark; }
      @media (prefers-color-scheme: dark) { :root { --ink: #e6eaf0; --soft: #9aa6b5; --line: #364152;
        --ground: #12171f; --band: #1a212c; --c0: #6ea8fe; --c1: #ff922b; --c2: #69db7c; --c3: #da77f2; --c4: #ffd43b; --c5: #3bc9db; } }
      @media print { :root { --ink: #000; --ground: #fff; --band: #fff; } h2, .caption { break-after: avoid; } figure, tr { break-inside: avoid; } }
      * { box-sizing: border-box; }
      body { margin: 0 auto; max-width: 72rem; padding: 1.5rem 1rem 4rem; background: var(--ground);
        color: var(--ink); font: 15px/1.5 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
      h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 1rem; }
      h2 { font-size: 1.2rem; margin: 2.2rem 0 .6rem; border-bottom: 1px solid var(--line); padding-bottom: .2rem; }
      p { max-width: 46rem; } .scroll { overflow-x: auto; margin: 0 0 1.4rem; }
      table { border-collapse: separate; border-spacing: 0; font-size: .92rem; } .caption { color: var(--soft); font-size: .92rem; margin: 1rem 0 .4rem; }
      th, td { text-align: left; padding: .3rem .8rem .3rem .4rem; border-bottom: 1px solid var(--line); vertical-align: top; }
      th { background: var(--band); font-weight: 600; white-space: nowrap; } th.n { text-align: right; } td.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; } td.w { white-space: nowrap; }
      td:first-child, th:first-child { position: sticky; left: 0; } td:first-child { background: var(--ground); }
      dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; } dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
      figure { margin: .8rem 0 1.6rem; } figcaption { color: var(--soft); font-size: .92rem; } svg { width: 100%; max-width: 46rem; height: auto; display: block; }
      svg text { fill: var(--ink); font-size: 12px; } svg .axis { stroke: var(--soft); fill: none; } svg .grid { stroke: var(--line); fill: none; } pre { white-space: pre-wrap; }
      @media print { body { padding: 0; font-size: 12px; } .scroll { overflow: visible; } table { font-size: 9px; } th, td { padding: .12rem .35rem .12rem .1rem; } th, td.n { white-space: normal; } td:first-child, th:first-child { position: static; } }
      select { font: inherit; color: inherit; background: var(--band); border: 1px solid var(--line); padding: .2rem; max-width: 100%; }
      @media (max-width: 600px) { dl { grid-template-columns: 1fr; } dd { margin-bottom: .4rem; } td.n { white-space: normal; } table { font-size: .82rem; } th, td { padding: .25rem .45rem .25rem .15rem; } svg text { font-size: 19px; } }
      """;

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
    scriptSources.append(" 'sha256-").append(sha256(script)).append('\'');
    return this;
  }

  private static String sha256(String text) {
    try {
      return Base64.getEncoder()
          .encodeToString(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private String policy() {
    return "default-src 'none'; style-src 'unsafe-inline'"
        + (scriptSources.isEmpty() ? "" : "; script-src" + scriptSources);
  }

  /** The whole document. */
  public String html() {
    return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
        + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
        + "<meta http-equiv=\"Content-Security-Policy\" content=\""
        + policy()
        + "\">\n<title>"
        + escape(title)
        + "</title>\n<style>\n"
        + STYLE
        + "</style></head>\n<body>\n<h1>"
        + escape(title)
        + "</h1>\n"
        + body
        + "</body></html>\n";
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
