package org.radllama.eval.study;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Base64;
import java.util.Map;
import org.apache.commons.codec.digest.DigestUtils;
import org.radllama.run.Json;
import org.radllama.text.Resources;

/**
 * A reader's page: one HTML file that needs nothing else and may load nothing else. Its policy
 * admits this style and this script by their hashes; texts lie in it as JSON and become text nodes.
 */
public final class Form {
  private final StudyKey key;
  private final Map<String, String> findings;
  private final Map<String, Map<String, String>> texts;
  private final String style;
  private final String script;

  /**
   * Forms of a study.
   *
   * @param findings by report id
   * @param texts what each system wrote, by report id and system
   */
  public Form(StudyKey key, Map<String, String> findings, Map<String, Map<String, String>> texts) {
    this.key = key;
    this.findings = Map.copyOf(findings);
    this.texts = Map.copyOf(texts);
    this.style = Resources.text(Form.class, "form.css");
    this.script = Resources.text(Form.class, "form.js");
  }

  /** The page of a reader. */
  public String html(StudyKey.Reader reader) {
    return """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '%s'; script-src '%s'; base-uri 'none'; form-action 'none'">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="referrer" content="no-referrer">
        <title>Reader study</title>
        <style>%s</style></head>
        <body>
        <noscript><p>This form works with JavaScript only; nothing leaves this computer.</p></noscript>
        <script type="application/json" id="study">%s</script>
        <script>%s</script>
        </body></html>
        """
        .formatted(hash(style), hash(script), style, safe(data(reader)), script);
  }

  private ObjectNode data(StudyKey.Reader reader) {
    ObjectNode data = Json.mapper().createObjectNode();
    data.put("study", key.digest()).put("reader", reader.name());
    data.set("dimensions", Json.mapper().valueToTree(Dimension.WORDINGS));
    ArrayNode reports = data.putArray("reports");
    for (StudyKey.Block block : reader.blocks()) {
      ObjectNode node = reports.addObject();
      node.put("id", block.id()).put("findings", findings.get(block.report()));
      ArrayNode items = node.putArray("items");
      for (StudyKey.Item item : block.items()) {
        items
            .addObject()
            .put("id", item.id())
            .put("text", texts.get(block.report()).get(item.system()));
      }
    }
    return data;
  }

  /** JSON without anything that could end the element it stands in, or a line of old parsers. */
  static String safe(ObjectNode data) {
    return data.toString()
        .replace("<", "\\u003c")
        .replace(">", "\\u003e")
        .replace("&", "\\u0026")
        .replace("\u2028", "\\u2028")
        .replace("\u2029", "\\u2029");
  }

  private static String hash(String content) {
    return "sha256-" + Base64.getEncoder().encodeToString(DigestUtils.sha256(content));
  }
}
