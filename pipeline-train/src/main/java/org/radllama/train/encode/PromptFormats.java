package org.radllama.train.encode;

import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.dataset.PromptTemplate;
import org.radllama.failure.BadSettingException;
import org.radllama.train.chat.ChatTemplate;
import org.radllama.train.tokenizer.LlamaTokenizer;

/** Prompt formats by name. */
public final class PromptFormats {
  /** The names, as in the setting {@code prompt.template}. */
  public static final List<String> NAMES = List.of(PromptTemplate.NAME, ChatPrompt.NAME);

  private PromptFormats() {}

  /**
   * A format.
   *
   * @param dir the model's or tokenizer's directory, whose chat template may be wanted
   * @throws BadSettingException when there is no such format, or {@code dir} has no chat template
   */
  public static PromptFormat of(
      String name, Configuration hadoop, String dir, LlamaTokenizer tokenizer) throws IOException {
    if (name.equals(PromptTemplate.NAME)) {
      return new AlpacaPrompt(tokenizer);
    }
    if (!name.equals(ChatPrompt.NAME)) {
      throw new BadSettingException(
          "the prompt template is %s, known are %s", name, String.join(", ", NAMES));
    }
    Path root = new Path(dir);
    FileSystem fs = root.getFileSystem(hadoop);
    return new ChatPrompt(
        tokenizer,
        ChatTemplate.read(fs, root)
            .orElseThrow(
                () ->
                    new BadSettingException(
                        "the prompt template is chat, but %s has none: neither %s nor chat_template in tokenizer_config.json",
                        dir, ChatTemplate.FILE)));
  }
}
