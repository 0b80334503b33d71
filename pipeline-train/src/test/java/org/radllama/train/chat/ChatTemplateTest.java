package org.radllama.train.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.failure.BadInputException;
import org.radllama.run.Json;
import org.radllama.train.chat.ChatTemplate.Message;

/** Against what transformers makes of the same templates, see chat-templates.py. */
public class ChatTemplateTest {
  public static final JsonNode REFERENCE =
      Json.shipped(ChatTemplateTest.class, "chat-templates.json", JsonNode.class);
  public static final Map<String, String> TOKENS =
      Map.of("bos_token", "<s>", "eos_token", "</s>", "pad_token", "<|pad|>");

  @TempDir Path dir;

  /** A conversation of the reference. */
  public static List<Message> conversation(int number) {
    List<Message> messages = new ArrayList<>();
    for (JsonNode message : REFERENCE.get("conversations").get(number)) {
      messages.add(new Message(message.get("role").asText(), message.get("content").asText()));
    }
    return messages;
  }

  /** A template of the reference. */
  public static ChatTemplate family(String name) {
    return new ChatTemplate(REFERENCE.get("templates").get(name).asText(), TOKENS);
  }

  @Test
  void everyFamilyIsRenderedAsTransformersDoes() {
    int cases = 0;
    for (JsonNode reference : REFERENCE.get("families")) {
      List<Message> messages = conversation(reference.get("conversation").asInt());
      String name = reference.get("family").asText();
      assertThat(family(name).render(messages, reference.get("asks").asBoolean()))
          .as("%s, conversation %s", name, reference.get("conversation"))
          .isEqualTo(reference.get("text").asText());
      cases++;
    }
    assertThat(cases).isEqualTo(90);
  }

  @Test
  void expressionsMeanWhatJinjaMeansByThem() {
    for (JsonNode expression : REFERENCE.get("expressions")) {
      String source = expression.get(0).asText();
      assertThat(new ChatTemplate("{{ " + source + " }}", TOKENS).render(conversation(3), true))
          .as(source)
          .isEqualTo(expression.get(1).asText());
    }
    assertThat(REFERENCE.get("expressions")).hasSize(69);
  }

  @Test
  void blanksAndLineBreaksStayOrGoAsInJinja() {
    for (JsonNode template : REFERENCE.get("white_space")) {
      String source = template.get(0).asText();
      assertThat(new ChatTemplate(source, TOKENS).render(conversation(3), true))
          .as(source)
          .isEqualTo(template.get(1).asText());
    }
    assertThat(REFERENCE.get("white_space")).hasSize(100);
  }

  @Test
  void whatIsWrongOrReachesOutIsRefused() {
    for (JsonNode template : REFERENCE.get("refused")) {
      String source = template.asText();
      assertThatThrownBy(() -> new ChatTemplate(source, TOKENS).render(conversation(3), true))
          .as(source)
          .isInstanceOf(BadInputException.class)
          .hasMessageStartingWith("the chat template cannot be");
    }
  }

  @Test
  void noTemplateGoesOnForEver() {
    String loop = "{% for i in range(100000) %}";
    for (String source :
        List.of(
            loop + loop + "{% endfor %}{% endfor %}",
            "{% set ns = namespace(s='aa') %}" + loop + "{% set ns.s = ns.s + ns.s %}{% endfor %}",
            "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
            "{{ " + "(".repeat(100_000) + " }}",
            "{{ 99999999999999999999 }}")) {
      assertThatThrownBy(() -> new ChatTemplate(source, TOKENS).render(conversation(0), true))
          .as(source.substring(0, Math.min(60, source.length())))
          .isInstanceOf(BadInputException.class);
    }
  }

  @Test
  void aRefusalQuotesNobody() {
    ChatTemplate template =
        new ChatTemplate("{{ raise_exception('no: ' + messages[0].content) }}", TOKENS);
    List<Message> secret = List.of(new Message("user", "zebrafinch"));
    assertThatThrownBy(() -> template.render(secret, true))
        .hasMessageContaining("refuses the conversation")
        .message()
        .doesNotContain("zebrafinch");
    assertThatThrownBy(() -> template.renderInvented(secret, true)).hasMessageContaining("no: zeb");
    assertThat(secret.toString()).doesNotContain("zebrafinch");
  }

  @Test
  void theFileGoesBeforeTheConfigurationAndThereTheDefault() throws Exception {
    FileSystem fs = FileSystem.getLocal(new Configuration());
    var at = new org.apache.hadoop.fs.Path(dir.toUri());
    assertThat(ChatTemplate.read(fs, at)).isEmpty();
    Path config = dir.resolve("tokenizer_config.json");
    Files.writeString(config, "{\"bos_token\":{\"content\":\"<s>\"},\"chat_template\":\"A\"}");
    assertThat(ChatTemplate.read(fs, at).orElseThrow().render(List.of(), true)).isEqualTo("A");
    Files.writeString(
        config,
        "{\"bos_token\":{\"content\":\"<s>\"},\"chat_template\":[{\"name\":\"rag\",\"template\":\"R\"},"
            + "{\"name\":\"default\",\"template\":\"D{{ bos_token }}{{ eos_token }}\"}]}");
    assertThat(ChatTemplate.read(fs, at).orElseThrow().render(List.of(), true)).isEqualTo("D<s>");
    Files.writeString(dir.resolve(ChatTemplate.FILE), "F{{ bos_token }}\n");
    assertThat(ChatTemplate.read(fs, at).orElseThrow().render(List.of(), true)).isEqualTo("F<s>");
  }
}
