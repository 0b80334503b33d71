package org.radllama.train.encode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.dataset.InstructionExample;
import org.radllama.dataset.PromptTemplate;
import org.radllama.failure.BadInputException;
import org.radllama.failure.BadSettingException;
import org.radllama.train.chat.ChatTemplate;
import org.radllama.train.chat.ChatTemplateTest;
import org.radllama.train.engine.EncodedExample;
import org.radllama.train.retrieve.SimilarReports;
import org.radllama.train.tokenizer.LlamaTokenizer;

/** Ids against those of transformers' apply_chat_template. */
class ChatPromptTest {
  private static final Map<String, String> ENDS =
      Map.of(
          "chatml", "<|im_end|>",
          "llama-2", "</s>",
          "llama-3", "<|eot_id|>",
          "llama-3.1", "<|eot_id|>",
          "qwen-2.5", "<|im_end|>",
          "qwen-3", "<|im_end|>",
          "mistral", "</s>",
          "zephyr", "</s>");

  @TempDir Path dir;
  private static Path source;
  private static LlamaTokenizer tokenizer;

  @BeforeAll
  static void load() throws Exception {
    source = Path.of(ChatTemplateTest.class.getResource("tokenizer").toURI());
    tokenizer = LlamaTokenizer.load(new Configuration(), source.toString());
  }

  @AfterAll
  static void free() {
    tokenizer.close();
  }

  private static int[] ids(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).mapToInt(JsonNode::asInt).toArray();
  }

  @Test
  void idsAreThoseOfTransformersUpToTheEndOfTheTurn() {
    String said = ChatTemplateTest.conversation(0).get(0).content();
    String instruction = said.substring(0, said.indexOf("\n\n"));
    String input = said.substring(instruction.length() + 2);
    String output = ChatTemplateTest.conversation(1).get(1).content();
    int cases = 0;
    for (JsonNode reference : ChatTemplateTest.REFERENCE.get("families")) {
      String family = reference.get("family").asText();
      if (!reference.has("ids") || family.equals("macros")) {
        continue;
      }
      ChatPrompt format = new ChatPrompt(tokenizer, ChatTemplateTest.family(family));
      int end = tokenizer.encodeMarked(ENDS.get(family))[0];
      assertThat(format.end()).as(family).isEqualTo(end);
      int[] prompt = format.prompt(instruction, input);
      int[] expected = ids(reference.get("ids"));
      if (reference.get("asks").asBoolean()) {
        assertThat(prompt).as(family).isEqualTo(expected);
      } else {
        int[] answer = format.answer(instruction, input, prompt, output);
        int[] whole = IntStream.concat(IntStream.of(prompt), IntStream.of(answer)).toArray();
        assertThat(whole).as(family).endsWith(end);
        assertThat(Arrays.copyOf(expected, whole.length)).as(family).isEqualTo(whole);
        int[] rest = Arrays.copyOfRange(expected, whole.length, expected.length);
        assertThat(tokenizer.decode(rest)).as(family).isBlank();
      }
      cases++;
    }
    assertThat(cases).isEqualTo(2 * ENDS.size());
  }

  @Test
  void anExampleIsCutAndMaskedAsWithTheOtherFormat() {
    ChatPrompt format = new ChatPrompt(tokenizer, ChatTemplateTest.family("llama-3"));
    InstructionExample example =
        new InstructionExample(
            "s/1",
            "s",
            "p",
            PromptTemplate.INSTRUCTION,
            "Findings: Clear lungs. Normal heart.",
            "Normal.",
            "Clear lungs. Normal heart.",
            "Normal.",
            "normal");
    EncodedExample whole =
        new ExampleEncoder(tokenizer, format, SimilarReports.NONE, 1 << 20).encode(0, example);
    int[] prompt = format.prompt(PromptTemplate.INSTRUCTION, example.input());
    assertThat(whole.targetsFrom()).isEqualTo(prompt.length);
    assertThat(whole.tokens()).startsWith(prompt).endsWith(format.end());
    assertThat(Arrays.stream(whole.tokens()).filter(id -> id == tokenizer.bos())).hasSize(1);
    ExampleEncoder small =
        new ExampleEncoder(tokenizer, format, SimilarReports.NONE, whole.tokens().length - 3);
    EncodedExample cut = small.encode(0, example);
    assertThat(cut.tokens().length).isLessThanOrEqualTo(whole.tokens().length - 3);
    assertThat(cut.tokens()).endsWith(format.end());
    assertThat(small.truncation().inputsCut()).isEqualTo(1);
    assertThat(small.prompt(example, 1 + cut.tokens().length - cut.targetsFrom())).isNotEmpty();
  }

  @Test
  void templatesThatCannotTeachAreRefusedAndThoseWithoutAnEndGetOne() throws Exception {
    refused("{{ raise_exception('no users here') }}", "no users here");
    refused("{% for m in messages %}{{ m.role }}{% endfor %}", "does not begin an answer");
    refused(
        "{% if add_generation_prompt %}x{% endif %}{{ messages[-1].content }}",
        "does not begin an answer");
    String plain = "{% for m in messages %}{{ m.content }}\n{% endfor %}";
    ChatPrompt format = new ChatPrompt(tokenizer, new ChatTemplate(plain, Map.of()));
    assertThat(format.end()).isEqualTo(tokenizer.eos());
    int[] prompt = format.prompt("A", "b");
    assertThat(tokenizer.decode(prompt)).isEqualTo("A\n\nb\n");
    int[] answer = format.answer("A", "b", prompt, "No.");
    assertThat(answer).endsWith(tokenizer.eos());
    assertThat(tokenizer.decode(answer)).isEqualTo("No.");
    Configuration hadoop = new Configuration();
    assertThatThrownBy(() -> PromptFormats.of("chat", hadoop, dir.toString(), tokenizer))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("neither chat_template.jinja");
    assertThatThrownBy(() -> PromptFormats.of("vicuna", hadoop, dir.toString(), tokenizer))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("alpaca, chat");
    Files.writeString(dir.resolve("chat_template.jinja"), plain);
    PromptFormat read = PromptFormats.of("chat", hadoop, dir.toString(), tokenizer);
    assertThat(read.sha256()).isEqualTo(format.sha256()).isNotEmpty();
    assertThat(PromptFormats.of("alpaca", hadoop, dir.toString(), tokenizer).sha256()).isEmpty();
  }

  private static void refused(String template, String message) {
    assertThatThrownBy(() -> new ChatPrompt(tokenizer, new ChatTemplate(template, Map.of())))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(message);
  }
}
