package org.radllama.train.encode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.dataset.Background;
import org.radllama.dataset.BackgroundSection;
import org.radllama.dataset.InstructionExample;
import org.radllama.dataset.PromptTemplate;
import org.radllama.failure.BadSettingException;
import org.radllama.ingest.synthetic.ReportGenerator;
import org.radllama.train.engine.EncodedExample;
import org.radllama.train.retrieve.SimilarReports;
import org.radllama.train.retrieve.SimilarRule;
import org.radllama.train.tokenizer.BpeTrainer;
import org.radllama.train.tokenizer.LlamaTokenizer;
import org.radllama.train.tokenizer.TokenizerJson;
import org.radllama.train.tokenizer.WordSplitter;

class ExampleEncoderTest {
  private static final ReportGenerator REPORTS = new ReportGenerator(6);
  @TempDir static java.nio.file.Path folder;
  private static LlamaTokenizer tokenizer;
  private static int templateTokens;

  @BeforeAll
  static void train() throws IOException {
    Map<String, Long> words = new HashMap<>();
    for (int i = 0; i < 200; i++) {
      InstructionExample e = example(i);
      WordSplitter.split(PromptTemplate.prompt(e) + e.output(), w -> words.merge(w, 1L, Long::sum));
    }
    Configuration hadoop = new Configuration();
    Path dir = new Path(folder.toUri());
    TokenizerJson.write(FileSystem.getLocal(hadoop), dir, BpeTrainer.train(words, 600, 2));
    tokenizer = LlamaTokenizer.load(hadoop, dir.toString());
    templateTokens =
        tokenizer.encode(
                    PromptTemplate.prompt(PromptTemplate.INSTRUCTION, PromptTemplate.input("")))
                .length
            + 1;
  }

  @AfterAll
  static void free() {
    tokenizer.close();
  }

  private static InstructionExample example(int i) {
    return example("s/" + i, REPORTS.report(i).findings(), REPORTS.report(i).impression());
  }

  private static InstructionExample example(String id, String findings, String impression) {
    return new InstructionExample(
        id,
        "s",
        "p",
        PromptTemplate.INSTRUCTION,
        PromptTemplate.input(findings),
        impression,
        findings,
        impression,
        "unknown");
  }

  /**
   * Whatever the length: the frame stays, what is kept is a part of the text, losses are counted.
   */
  @Test
  void everyLengthKeepsTheFrameAndCountsWhatIsLost() {
    for (int i = 0; i < 12; i++) {
      InstructionExample e = example(i);
      EncodedExample whole = new ExampleEncoder(tokenizer, 1 << 20).encode(7, e);
      assertThat(whole.index()).isEqualTo(7);
      assertThat(decode(whole, 0, whole.tokens().length))
          .isEqualTo(PromptTemplate.prompt(e) + e.output());
      assertThat(decode(whole, whole.targetsFrom(), whole.tokens().length)).isEqualTo(e.output());
      for (int max = whole.tokens().length + 1; max >= templateTokens + 2; max -= 5) {
        ExampleEncoder encoder = new ExampleEncoder(tokenizer, max);
        EncodedExample cut = encoder.encode(7, e);
        int[] tokens = cut.tokens();
        assertThat(tokens.length).isLessThanOrEqualTo(max);
        assertThat(tokens[0]).isEqualTo(tokenizer.bos());
        String prompt = decode(cut, 0, cut.targetsFrom());
        assertThat(prompt).endsWith("\n\n### Response:\n").startsWith("Below is an instruction");
        String findings = prompt.substring(prompt.indexOf("Findings: ") + 10, prompt.length() - 16);
        assertThat(e.findings()).startsWith(findings);
        String output = decode(cut, cut.targetsFrom(), tokens.length);
        assertThat(e.output()).startsWith(output);
        Truncation truncation = encoder.truncation();
        assertThat(truncation.examples()).isEqualTo(1);
        int lost = whole.tokens().length - tokens.length;
        assertThat(
                truncation.cuts().stream().mapToInt(c -> c.inputTokens() + c.outputTokens()).sum())
            .isEqualTo(lost);
        boolean outputCut = tokens[tokens.length - 1] != tokenizer.eos();
        assertThat(truncation.outputsCut()).isEqualTo(outputCut ? 1 : 0);
        assertThat(output.equals(e.output()) && !outputCut).isEqualTo(!outputCut);
        if (outputCut) {
          assertThat(findings).isEmpty();
        }
        // Nothing is lost without need: one word more would not have fitted.
        if (!outputCut && lost > 0) {
          String rest = e.findings().substring(findings.length());
          String word = rest.substring(0, (rest + " ").indexOf(' ', 1));
          int more =
              tokenizer.encode(
                      PromptTemplate.prompt(
                          e.instruction(), PromptTemplate.input((findings + word).strip())))
                  .length;
          assertThat(more + tokens.length - cut.targetsFrom() + 1).isGreaterThan(max);
        }
      }
    }
  }

  @Test
  void aPromptIsWhatTheModelSawWhenItLearned() {
    ExampleEncoder encoder = new ExampleEncoder(tokenizer, 1000);
    EncodedExample learned = encoder.encode(0, example(3));
    assertThat(encoder.prompt(example(3), 1))
        .isEqualTo(Arrays.copyOf(learned.tokens(), learned.targetsFrom()));
    ExampleEncoder small = new ExampleEncoder(tokenizer, templateTokens + 19);
    assertThat(small.prompt(example(3), 10)).hasSizeLessThanOrEqualTo(templateTokens + 9);
    assertThat(small.truncation().inputsCut()).isEqualTo(1);
    assertThat(small.truncation().cuts().get(0).id()).isEqualTo("s/3");
    assertRefused(() -> small.prompt(example(3), 30));
    assertRefused(() -> new ExampleEncoder(tokenizer, templateTokens + 1));
  }

  /**
   * The background goes first, word by word and never leaving a bare heading, then the findings.
   */
  @Test
  void theBackgroundIsCutBeforeTheFindings() {
    Background background = new Background("Chest pain for two days.", "None.", "", "Smoker.");
    List<BackgroundSection> sections =
        List.of(BackgroundSection.INDICATION, BackgroundSection.HISTORY);
    for (int i = 0; i < 5; i++) {
      InstructionExample plain = example(i);
      String input = PromptTemplate.input(sections, background, plain.findings());
      InstructionExample e = plain.withFindings(input, plain.findings());
      int[] whole = new ExampleEncoder(tokenizer, 1 << 20).prompt(e, 1);
      int[] alone = new ExampleEncoder(tokenizer, 1 << 20).prompt(plain, 1);
      assertThat(tokenizer.decode(whole))
          .contains("Input:\nIndication: Chest pain for two days.\nHistory: Smoker.\nFindings: ");
      Set<String> seen = new TreeSet<>();
      for (int max = whole.length + 1; max > templateTokens + 1; max--) {
        ExampleEncoder encoder = new ExampleEncoder(tokenizer, max);
        int[] prompt = encoder.prompt(e, 1);
        assertThat(prompt.length).isLessThan(max);
        String shown = tokenizer.decode(prompt);
        String left =
            shown.substring(shown.indexOf("Input:\n") + 7, shown.indexOf("\n\n### Response:"));
        String before = left.substring(0, left.indexOf("Findings: "));
        seen.add(before);
        Truncation.Cut cut =
            encoder.truncation().cuts().stream()
                .findFirst()
                .orElse(new Truncation.Cut(e.id(), 0, 0, 0, 0));
        assertThat(cut.backgroundTokens() + cut.inputTokens())
            .isEqualTo(whole.length - prompt.length);
        if (max > alone.length) {
          assertThat(left).endsWith(PromptTemplate.input(plain.findings()));
          assertThat(cut.inputTokens()).isZero();
        } else {
          assertThat(before).isEmpty();
          assertThat(cut.backgroundTokens()).isEqualTo(whole.length - alone.length);
          assertThat(prompt).isEqualTo(new ExampleEncoder(tokenizer, max).prompt(plain, 1));
        }
      }
      assertThat(seen)
          .contains("", "Indication: Chest\n", "Indication: Chest pain for two days.\n")
          .doesNotContain("Indication:\n", "Indication: Chest pain for two days.\nHistory:\n")
          .allMatch(text -> text.isEmpty() || text.endsWith("\n"));
    }
  }

  /** Similar reports go first, the least similar of all, then everything is as without them. */
  @Test
  void similarReportsAreLeftOutBeforeAnythingIsCut() {
    List<InstructionExample> train = IntStream.range(0, 30).mapToObj(i -> example(i)).toList();
    for (SimilarRule.Show show : SimilarRule.Show.values()) {
      SimilarReports similar = SimilarReports.find(new SimilarRule(3, show), train, train);
      for (InstructionExample e : train.subList(0, 4)) {
        List<String> texts = similar.before(e);
        PromptFormat format = new AlpacaPrompt(tokenizer);
        int[] alone = new ExampleEncoder(tokenizer, 1 << 20).prompt(e, 1);
        int[] whole = new ExampleEncoder(tokenizer, format, similar, 1 << 20).prompt(e, 1);
        assertThat(tokenizer.decode(whole))
            .contains("Input:\n" + texts.get(2) + texts.get(1) + texts.get(0) + e.input());
        Set<Integer> lost = new TreeSet<>();
        for (int max = whole.length + 1; max > templateTokens + 1; max--) {
          ExampleEncoder encoder = new ExampleEncoder(tokenizer, format, similar, max);
          int[] prompt = encoder.prompt(e, 1);
          Truncation.Cut cut =
              encoder.truncation().cuts().stream()
                  .findFirst()
                  .orElse(new Truncation.Cut(e.id(), 0, 0, 0, 0));
          lost.add(cut.similarReports());
          assertThat(prompt.length).isLessThan(max);
          if (max > alone.length) {
            StringBuilder shown = new StringBuilder();
            for (int i = 2 - cut.similarReports(); i >= 0; i--) {
              shown.append(texts.get(i));
            }
            assertThat(tokenizer.decode(prompt)).contains("Input:\n" + shown + e.input());
            assertThat(cut.inputTokens()).isZero();
          } else {
            assertThat(cut.similarReports()).isEqualTo(3);
            assertThat(prompt).isEqualTo(new ExampleEncoder(tokenizer, max).prompt(e, 1));
            assertThat(cut.inputTokens()).isEqualTo(alone.length - prompt.length);
          }
        }
        assertThat(lost).containsExactly(0, 1, 2, 3);
      }
    }
  }

  @Test
  void reportsAreTargetsFromTheFirstTokenOn() {
    InstructionExample e = example("s/1", "Clear lungs.", "Normal.");
    ReportEncoder encoder = new ReportEncoder(tokenizer, 1000);
    EncodedExample whole = encoder.encode(4, e);
    assertThat(decode(whole, 0, whole.tokens().length))
        .isEqualTo("Findings: Clear lungs.\nImpression: Normal.");
    assertThat(whole.targetsFrom()).isEqualTo(1);
    assertThat(whole.tokens()).startsWith(tokenizer.bos()).endsWith(tokenizer.eos());
    assertThat(encoder.truncation()).isEqualTo(new Truncation(1, List.of()));
    for (int lost = 1; lost < 6; lost++) {
      int length = whole.tokens().length - lost;
      ReportEncoder small = new ReportEncoder(tokenizer, length);
      assertThat(small.encode(4, e).tokens()).isEqualTo(Arrays.copyOf(whole.tokens(), length));
      assertThat(small.truncation().cuts())
          .containsExactly(new Truncation.Cut("s/1", 0, 0, lost, 0));
    }
  }

  private static void assertRefused(Runnable action) {
    assertThatThrownBy(action::run)
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("the prompt without findings takes " + templateTokens + " tokens");
  }

  private static String decode(EncodedExample example, int from, int to) {
    return tokenizer.decode(Arrays.copyOfRange(example.tokens(), from, to));
  }
}
