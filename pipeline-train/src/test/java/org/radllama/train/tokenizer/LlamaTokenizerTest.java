package org.radllama.train.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.dataset.PromptTemplate;
import org.radllama.failure.BadInputException;
import org.radllama.ingest.synthetic.ReportGenerator;
import org.radllama.ingest.synthetic.SyntheticReport;

class LlamaTokenizerTest {
  private static final Configuration HADOOP = new Configuration();
  @TempDir static java.nio.file.Path folder;
  private static BpeVocabulary vocabulary;
  private static LlamaTokenizer tokenizer;

  @BeforeAll
  static void train() throws IOException {
    Map<String, Long> words = new HashMap<>();
    ReportGenerator reports = new ReportGenerator(4);
    for (int i = 0; i < 300; i++) {
      WordSplitter.split(
          prompt(reports.report(i)) + reports.report(i).impression(),
          w -> words.merge(w, 1L, Long::sum));
    }
    vocabulary = BpeTrainer.train(words, 700, 2);
    Path dir = new Path(folder.toUri());
    TokenizerJson.write(FileSystem.getLocal(HADOOP), dir, vocabulary);
    tokenizer = LlamaTokenizer.load(HADOOP, dir.toString());
  }

  @AfterAll
  static void free() {
    tokenizer.close();
  }

  private static String prompt(SyntheticReport report) {
    return PromptTemplate.prompt(
        PromptTemplate.INSTRUCTION, PromptTemplate.input(report.findings()));
  }

  @Test
  void idsAreThoseOfLlamaTwo() {
    assertThat(tokenizer.bos()).isEqualTo(1);
    assertThat(tokenizer.eos()).isEqualTo(2);
    assertThat(tokenizer.size()).isEqualTo(700).isEqualTo(vocabulary.tokens().size());
    assertThat(tokenizer.sha256()).hasSize(64);
    int blank = vocabulary.tokens().indexOf("▁");
    assertThat(tokenizer.encode("\n")).containsExactly(blank, 3 + '\n');
    assertThat(tokenizer.encode("")).isEmpty();
    assertThat(tokenizer.encodeContinuation("")).isEmpty();
    int heart = vocabulary.tokens().indexOf("▁heart");
    assertThat(heart).isGreaterThan(258);
    assertThat(tokenizer.encode("heart")).containsExactly(heart);
  }

  @Test
  void everyTextComesBack() {
    List<String> texts =
        new ArrayList<>(
            List.of(
                "The heart is normal.",
                "two  blanks   three, end ",
                " blank first",
                "lines\nand\r\nmore\n\n\ttabs",
                "café, naïve, Ærø, e\u0301",
                "胸部X線 正常",
                "fine 👍🏽 \uD83E\uDEC1 end",
                "___ ___-year-old 12.5 cm",
                "<s> </s> <unk> </s></s> <<s>> <0x0A> a</s>",
                "\u0000\u0001\u007f\u200b"));
    Random random = new Random(5);
    for (int i = 0; i < 200; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(40); n > 0; n--) {
        int kind = random.nextInt(6);
        int c =
            kind == 0
                ? random.nextInt(0x110000)
                : kind == 1 ? ' ' : kind == 2 ? "<s/>\n".charAt(n % 5) : 32 + random.nextInt(95);
        boolean lost = (c >= 0xd800 && c < 0xe000) || c == WordSplitter.BLANK;
        text.appendCodePoint(lost ? 'x' : c);
      }
      texts.add(text.toString());
    }
    for (String text : texts) {
      int[] ids = tokenizer.encode(text);
      assertThat(tokenizer.decode(ids)).isEqualTo(text);
      assertThat(IntStream.of(ids)).allMatch(id -> id > 2 && id < 700);
      int[] after = tokenizer.encodeContinuation(text);
      int[] line = tokenizer.encode("\n");
      int[] both = Arrays.copyOf(line, line.length + after.length);
      System.arraycopy(after, 0, both, line.length, after.length);
      assertThat(tokenizer.decode(both)).isEqualTo("\n" + text);
    }
    String wide = "The lungs are clear. ".repeat(3000);
    assertThat(tokenizer.decode(tokenizer.encode(wide))).isEqualTo(wide);
  }

  /** The library's ids against joining, in plain Java, the leftmost pair of the lowest rank. */
  @Test
  void theLibraryAppliesTheMergesWeTrained() {
    Map<BpeVocabulary.Merge, Integer> ranks = new HashMap<>();
    vocabulary.merges().forEach(m -> ranks.put(m, ranks.size()));
    ReportGenerator reports = new ReportGenerator(77);
    for (int i = 0; i < 40; i++) {
      String text = prompt(reports.report(i)) + "Übermäßig 3.5 cm\n";
      assertThat(tokenizer.encode(text)).isEqualTo(byHand(text, ranks));
    }
  }

  private static int[] byHand(String text, Map<BpeVocabulary.Merge, Integer> ranks) {
    List<String> tokens = vocabulary.tokens();
    List<String> pieces = new ArrayList<>();
    for (String c : ("▁" + text.replace(' ', '▁')).split("")) {
      if (tokens.contains(c)) {
        pieces.add(c);
      } else {
        for (byte b : c.getBytes(StandardCharsets.UTF_8)) {
          pieces.add(String.format(Locale.ROOT, "<0x%02X>", b));
        }
      }
    }
    while (true) {
      int best = -1;
      int bestRank = Integer.MAX_VALUE;
      for (int i = 0; i + 1 < pieces.size(); i++) {
        int rank =
            ranks.getOrDefault(
                new BpeVocabulary.Merge(pieces.get(i), pieces.get(i + 1)), Integer.MAX_VALUE);
        if (rank < bestRank) {
          bestRank = rank;
          best = i;
        }
      }
      if (best < 0) {
        return pieces.stream().mapToInt(tokens::indexOf).toArray();
      }
      pieces.set(best, pieces.get(best) + pieces.remove(best + 1));
    }
  }

  @Test
  void aPromptIsAlwaysAPrefixAndItsOutputHasNoBlankInFront() {
    ReportGenerator reports = new ReportGenerator(78);
    for (int i = 0; i < 50; i++) {
      String prompt = prompt(reports.report(i));
      String output = reports.report(i).impression();
      int[] head = tokenizer.encode(prompt);
      int[] tail = tokenizer.encodeAfter(prompt, head, output);
      int[] joint = tokenizer.encode(prompt + output);
      assertThat(Arrays.copyOf(joint, head.length)).isEqualTo(head);
      assertThat(Arrays.copyOfRange(joint, head.length, joint.length)).isEqualTo(tail);
      assertThat(tail).isEqualTo(tokenizer.encodeContinuation(output));
      assertThat(vocabulary.tokens().get(tail[0])).doesNotStartWith("▁");
      assertThat(tokenizer.decode(tail)).isEqualTo(output);
    }
  }

  /** Of a tokenizer that joins a line break with a letter, the two parts are encoded apart. */
  @Test
  void aTokenizerThatMergesAcrossTheBorderKeepsThePrefix() throws IOException {
    List<BpeVocabulary.Merge> merges =
        List.of(new BpeVocabulary.Merge("\n", "N"), new BpeVocabulary.Merge("▁", "o"));
    List<String> pieces = List.of("\nN", "▁o", "\n", "N", "o", "▁", ":");
    java.nio.file.Path dir = Files.createDirectories(folder.resolve("crossing"));
    Path path = new Path(dir.toUri());
    TokenizerJson.write(FileSystem.getLocal(HADOOP), path, new BpeVocabulary(merges, pieces));
    try (LlamaTokenizer crossing = LlamaTokenizer.load(HADOOP, path.toString())) {
      int[] head = crossing.encode("o:\n");
      assertThat(crossing.encode("o:\nNo")[2]).isEqualTo(259);
      int[] tail = crossing.encodeAfter("o:\n", head, "No");
      assertThat(tail).containsExactly(262, 263);
      assertThat(crossing.decode(tail)).isEqualTo("No");
    }
  }

  @Test
  void severalThreadsGetWhatOneGets() {
    ReportGenerator reports = new ReportGenerator(79);
    List<String> texts =
        IntStream.range(0, 300).mapToObj(i -> reports.report(i).findings()).toList();
    List<int[]> one = texts.stream().map(tokenizer::encode).toList();
    List<int[]> several = texts.parallelStream().map(tokenizer::encode).toList();
    for (int i = 0; i < one.size(); i++) {
      assertThat(several.get(i)).isEqualTo(one.get(i));
    }
  }

  @Test
  void refusesADirectoryWithoutATokenizer() throws IOException {
    java.nio.file.Path dir = Files.createDirectories(folder.resolve("none"));
    assertRefused(dir, "has neither tokenizer.json nor tokenizer.model");
    Files.writeString(dir.resolve("tokenizer.model"), "");
    assertRefused(dir, "tokenizer.model: its model type is unigram");
    Files.writeString(dir.resolve("tokenizer.json"), "[");
    assertRefused(dir, "is not JSON");
    Files.writeString(dir.resolve("tokenizer.json"), "{}");
    assertRefused(dir, "has no vocabulary");
    Files.writeString(dir.resolve("tokenizer.json"), "{\"model\":{\"vocab\":{\"a\":0,\"b\":1}}}");
    assertRefused(dir, "names a bos_token of the vocabulary");
    Files.writeString(dir.resolve("config.json"), "{\"bos_token_id\":0,\"eos_token_id\":[2,1]}");
    assertRefused(dir, "its 2 tokens do not include the ids 0 and 2");
    Files.writeString(dir.resolve("config.json"), "{\"bos_token_id\":0,\"eos_token_id\":[1]}");
    assertRefused(dir, "cannot be loaded by the tokenizers library");
  }

  private static void assertRefused(java.nio.file.Path dir, String reason) {
    assertThatThrownBy(() -> LlamaTokenizer.load(HADOOP, dir.toUri().toString()))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(reason);
  }
}
