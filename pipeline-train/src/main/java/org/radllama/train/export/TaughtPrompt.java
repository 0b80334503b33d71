package org.radllama.train.export;

import java.util.Optional;
import org.radllama.dataset.PromptTemplate;
import org.radllama.train.chat.AlpacaChatTemplate;
import org.radllama.train.encode.ChatPrompt;
import org.radllama.train.llama.LlamaConfig;
import org.radllama.train.peft.AdapterInfo;
import org.radllama.train.tokenizer.LlamaTokenizer;

/** What a model was asked with when it was taught, which those who serve it must know. */
public enum TaughtPrompt {
  /** The project's own prompt. */
  ALPACA,
  /** The base's own chat template. */
  CHAT,
  /** None: it was taught to continue texts, or nobody says what. */
  NONE;

  /** What the file beside an adapter or a model says. */
  public static TaughtPrompt of(Optional<AdapterInfo> info) {
    String template =
        info.filter(i -> i.objective().equals("impression")).map(AdapterInfo::template).orElse("");
    return switch (template) {
      case PromptTemplate.NAME -> ALPACA;
      case ChatPrompt.NAME -> CHAT;
      default -> NONE;
    };
  }

  /** Id of the token that is put in front of a text; a chat template brings its own. */
  public int begin(LlamaTokenizer tokenizer) {
    return this == CHAT ? LlamaConfig.NONE : tokenizer.bos();
  }

  /** The chat template that servers need in place of the tokenizer's own, where there is one. */
  public Optional<String> chatTemplate(LlamaTokenizer tokenizer) {
    return this == ALPACA ? AlpacaChatTemplate.of(tokenizer) : Optional.empty();
  }
}
