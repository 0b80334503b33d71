package org.radllama.train.chat;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.run.Json;
import org.radllama.train.encode.AlpacaPrompt;
import org.radllama.train.tokenizer.LlamaTokenizer;

/** Against transformers, see alpaca-chat-template.py: what a chat endpoint sends was trained on. */
class AlpacaChatTemplateTest {
  private static final JsonNode REFERENCE =
      Json.shipped(AlpacaChatTemplateTest.class, "alpaca-chat-template.json", JsonNode.class);

  @TempDir Path dir;

  @Test
  void transformersGivesTheIdsThatTrainingGives() throws Exception {
    for (JsonNode reference : REFERENCE) {
      String folder = reference.get("tokenizer").asText();
      Path source = Path.of(AlpacaChatTemplateTest.class.getResource(folder).toURI());
      try (LlamaTokenizer tokenizer = LlamaTokenizer.load(new Configuration(), source.toString())) {
        assertThat(AlpacaChatTemplate.of(tokenizer))
            .as(folder)
            .contains(reference.get("template").asText());
        String instruction = reference.get("instruction").asText();
        String input = reference.get("input").asText();
        AlpacaPrompt format = new AlpacaPrompt(tokenizer);
        int[] prompt = format.prompt(instruction, input);
        int[] answer = format.answer(instruction, input, prompt, reference.get("output").asText());
        assertThat(prompt).as(folder).isEqualTo(ids(reference.get("prompt")));
        assertThat(IntStream.concat(IntStream.of(prompt), IntStream.of(answer)).toArray())
            .as(folder)
            .isEqualTo(ids(reference.get("whole")));
      }
    }
    assertThat(REFERENCE).hasSize(6);
  }

  @Test
  void bothFilesSayTheSameAndTheRestOfTheConfigurationStays() throws Exception {
    FileSystem fs = FileSystem.getLocal(new Configuration());
    var at = new org.apache.hadoop.fs.Path(dir.toUri());
    ChatTemplateFiles.write(fs, at, "A");
    assertThat(dir.resolve("tokenizer_config.json")).doesNotExist();
    Files.writeString(
        dir.resolve("tokenizer_config.json"), "{\"chat_template\":\"B\",\"legacy\":false}");
    ChatTemplateFiles.write(fs, at, "C");
    assertThat(Files.readString(dir.resolve(ChatTemplate.FILE))).isEqualTo("C");
    assertThat(Json.mapper().readTree(dir.resolve("tokenizer_config.json").toFile()))
        .isEqualTo(Json.mapper().readTree("{\"chat_template\":\"C\",\"legacy\":false}"));
    assertThat(ChatTemplate.read(fs, at).orElseThrow().render(List.of(), true)).isEqualTo("C");
  }

  private static int[] ids(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).mapToInt(JsonNode::asInt).toArray();
  }
}
