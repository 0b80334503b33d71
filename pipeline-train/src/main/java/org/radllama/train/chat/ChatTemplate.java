package org.radllama.train.chat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.failure.BadInputException;
import org.radllama.run.Digests;
import org.radllama.run.Json;
import org.radllama.train.tokenizer.TokenizerFolder;

/**
 * A model's own chat template, rendered as {@code apply_chat_template} of Hugging Face transformers
 * renders it, without tools. Safe for several threads.
 *
 * <p>{@code strftime_now} is not defined, since what a model is trained on must not depend on the
 * day: templates that look whether it is take the date that they name themselves.
 */
public final class ChatTemplate {
  /** The file that holds a template alone; it goes before tokenizer_config.json. */
  public static final String FILE = "chat_template.jinja";

  private static final String CONFIG = "tokenizer_config.json";
  private static final List<String> SPECIAL =
      List.of(
          "bos_token",
          "eos_token",
          "unk_token",
          "sep_token",
          "pad_token",
          "cls_token",
          "mask_token");

  private final Scope.Node template;
  private final Map<String, String> tokens;
  private final String text;

  /**
   * A template.
   *
   * @param text in Jinja
   * @param tokens special tokens by the names that templates use, such as {@code bos_token}
   * @throws BadInputException naming what of it is not understood
   */
  public ChatTemplate(String text, Map<String, String> tokens) {
    this.tokens = Map.copyOf(tokens);
    this.text = text;
    try {
      this.template = TemplateParser.parse(text);
    } catch (TemplateException e) {
      throw new BadInputException("the chat template cannot be read: %s", e.getMessage());
    } catch (NumberFormatException | StackOverflowError e) {
      throw new BadInputException("the chat template cannot be read", e);
    }
  }

  /** As it stands, in Jinja. */
  public String text() {
    return text;
  }

  /** Digest of its text and of the special tokens that it may put out. */
  public String sha256() {
    return Digests.sha256(text + new TreeMap<>(tokens));
  }

  /** Who says something, and what. */
  public record Message(String role, String content) {
    /** Report text is patient data: its length only. */
    @Override
    public String toString() {
      return "Message[%s, %s chars]".formatted(role, Integer.toString(content.length()));
    }
  }

  /**
   * The template of a model's directory, or of a GGUF file.
   *
   * @return empty when there is none
   * @throws BadInputException when a file is not what it should be
   */
  public static Optional<ChatTemplate> read(FileSystem fs, Path dir) throws IOException {
    TokenizerFolder folder = TokenizerFolder.open(fs, dir);
    JsonNode root = config(folder);
    Map<String, String> tokens = new LinkedHashMap<>();
    for (String name : SPECIAL) {
      JsonNode token = root.path(name);
      JsonNode content = token.isObject() ? token.path("content") : token;
      if (content.isTextual()) {
        tokens.put(name, content.asText());
      }
    }
    return text(folder, root).map(text -> new ChatTemplate(text, tokens));
  }

  /** The same in Jinja as it stands, whether it is understood here or not. */
  public static Optional<String> text(FileSystem fs, Path dir) throws IOException {
    TokenizerFolder folder = TokenizerFolder.open(fs, dir);
    return text(folder, config(folder));
  }

  private static JsonNode config(TokenizerFolder folder) throws IOException {
    Optional<byte[]> config = folder.read(CONFIG);
    if (config.isEmpty()) {
      return Json.mapper().createObjectNode();
    }
    try {
      return Json.parse(config.get());
    } catch (JsonProcessingException e) {
      throw new BadInputException(folder.shown(CONFIG) + " is not JSON", e);
    }
  }

  private static Optional<String> text(TokenizerFolder folder, JsonNode config) throws IOException {
    Optional<byte[]> file = folder.read(FILE);
    if (file.isPresent()) {
      return Optional.of(new String(file.get(), StandardCharsets.UTF_8));
    }
    JsonNode template = config.path("chat_template");
    if (template.isArray()) {
      for (JsonNode named : template) {
        if (named.path("name").asText().equals("default")) {
          return Optional.of(named.path("template").asText());
        }
      }
    }
    return template.isTextual() ? Optional.of(template.asText()) : Optional.empty();
  }

  /**
   * A conversation as text.
   *
   * @param asks whether the text ends where the assistant is to speak
   * @throws BadInputException when the template refuses it or does something not understood; of
   *     what was said nothing is in the message
   */
  public String render(List<Message> messages, boolean asks) {
    return render(messages, asks, false);
  }

  /** The same with invented words, so that a refusal may be told in the template's own. */
  public String renderInvented(List<Message> messages, boolean asks) {
    return render(messages, asks, true);
  }

  private String render(List<Message> messages, boolean asks, boolean told) {
    Scope scope = new Scope(Builtins.globals());
    tokens.forEach(scope::set);
    scope.set("messages", messages.stream().map(ChatTemplate::mapping).toList());
    scope.set("add_generation_prompt", asks);
    scope.set("tools", null).set("documents", null);
    StringBuilder out = new StringBuilder();
    try {
      template.render(scope, out);
    } catch (TemplateException e) {
      String said = told && !e.said().isEmpty() ? " (" + e.said() + ")" : "";
      throw new BadInputException(
          "the chat template cannot be rendered: %s%s", e.getMessage(), said);
    } catch (ArithmeticException | IndexOutOfBoundsException | StackOverflowError e) {
      throw new BadInputException("the chat template cannot be rendered", e);
    }
    return out.toString();
  }

  private static Map<String, Object> mapping(Message message) {
    Map<String, Object> mapping = new LinkedHashMap<>();
    mapping.put("role", message.role());
    mapping.put("content", message.content());
    return mapping;
  }
}
