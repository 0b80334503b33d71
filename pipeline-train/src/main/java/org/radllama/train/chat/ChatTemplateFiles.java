package org.radllama.train.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.run.Json;
import org.radllama.run.TextFiles;

/** Puts a chat template where servers look for it. */
public final class ChatTemplateFiles {
  private static final String CONFIG = "tokenizer_config.json";

  private ChatTemplateFiles() {}

  /**
   * Writes {@link ChatTemplate#FILE} into a directory, and the template into the {@code
   * tokenizer_config.json} that lies there, if one does; both replace what was there.
   */
  public static void write(FileSystem fs, Path dir, String template) throws IOException {
    TextFiles.write(fs, new Path(dir, ChatTemplate.FILE), template);
    Path config = new Path(dir, CONFIG);
    if (fs.exists(config)) {
      Json.write(fs, config, with(Json.read(fs, config), template));
    }
  }

  /** A tokenizer's configuration with a template in it. */
  public static ObjectNode with(JsonNode config, String template) {
    ObjectNode changed = config.deepCopy();
    changed.put("chat_template", template);
    return changed;
  }
}
