package org.radllama.train.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.radllama.dataset.PromptTemplate;
import org.radllama.failure.BadInputException;
import org.radllama.ingest.synthetic.ReportGenerator;
import org.radllama.run.Digests;
import org.radllama.run.Json;

/** Against sentencepiece.json, which src/test/scripts/spm_reference.py makes by SentencePiece. */
class SentencePieceTokenizerTest {
  private static final Configuration HADOOP = new Configuration();
  private static final JsonNode REFERENCE = reference();

  @TempDir Path folder;

  private static JsonNode reference() {
    try {
      return Json.mapper().readTree(resource("sentencepiece.json"));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = SentencePieceTokenizerTest.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    }
  }

  private static SentencePieceTokenizer tokenizer(String name) throws IOException {
    return new SentencePieceTokenizer(
        SentencePieceModel.parse(resource(name + ".model"), name + ".model"));
  }

  private static int[] ids(JsonNode node) {
    return IntStream.range(0, node.size()).map(i -> node.get(i).asInt()).toArray();
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "symbols", "rules", "suffix", "bare", "edited"})
  void idsAndTextsAreSentencePieces(String name) throws IOException {
    SentencePieceTokenizer tokenizer = tokenizer(name);
    JsonNode expected = REFERENCE.get("models").get(name);
    for (int i = 0; i < expected.get("ids").size(); i++) {
      String text = REFERENCE.get("inputs").get(i).asText();
      int[] ids = ids(expected.get("ids").get(i));
      assertThat(tokenizer.encode(text)).as("ids of input %d", i).isEqualTo(ids);
      JsonNode back = expected.get("texts").get(i);
      assertThat(tokenizer.decode(ids)).isEqualTo(back.isNull() ? text : back.asText());
    }
    for (JsonNode asked : expected.get("decoded")) {
      assertThat(tokenizer.decode(ids(asked.get(0)))).isEqualTo(asked.get(1).asText());
    }
  }

  /** The two engines agree on one vocabulary: its merges written for Hugging Face's library. */
  @Test
  void theSameVocabularyAsTokenizerJsonGivesTheSame() throws IOException {
    SentencePieceModel model = SentencePieceModel.parse(resource("llama.model"), "llama.model");
    List<String> pieces =
        model.pieces().subList(BpeVocabulary.RESERVED, model.pieces().size()).stream()
            .map(Vocabulary.Token::text)
            .toList();
    List<BpeVocabulary.Merge> merges = new ArrayList<>();
    for (String piece : pieces) {
      IntStream.range(1, piece.length())
          .mapToObj(i -> new BpeVocabulary.Merge(piece.substring(0, i), piece.substring(i)))
          .filter(m -> pieces.contains(m.left()) && pieces.contains(m.right()))
          .sorted(Comparator.comparingInt(m -> pieces.indexOf(m.left())))
          .forEach(merges::add);
    }
    Path dir = Files.createDirectories(folder.resolve("json"));
    TokenizerJson.write(
        FileSystem.getLocal(HADOOP),
        new org.apache.hadoop.fs.Path(dir.toUri()),
        new BpeVocabulary(merges, pieces));
    Path other = directory("model", resource("llama.model"));
    try (LlamaTokenizer library = LlamaTokenizer.load(HADOOP, dir.toString());
        LlamaTokenizer ours = LlamaTokenizer.load(HADOOP, other.toString())) {
      assertThat(List.of(ours.bos(), ours.eos(), ours.size()))
          .isEqualTo(List.of(library.bos(), library.eos(), library.size()));
      for (JsonNode input : REFERENCE.get("inputs")) {
        String text = input.asText();
        assertThat(ours.encode(text)).as(text).isEqualTo(library.encode(text));
        assertThat(ours.encodeContinuation(text)).isEqualTo(library.encodeContinuation(text));
        assertThat(ours.decode(ours.encode(text))).isEqualTo(library.decode(ours.encode(text)));
      }
    }
  }

  private Path directory(String name, byte[] model) throws IOException {
    Path dir = Files.createDirectories(folder.resolve(name));
    Files.write(dir.resolve("tokenizer.model"), model);
    return dir;
  }

  @Test
  void aDirectorysTokenizerIsTokenizerJsonElseTokenizerModel() throws IOException {
    Path dir = directory("both", resource("symbols.model"));
    try (LlamaTokenizer tokenizer = LlamaTokenizer.load(HADOOP, dir.toString())) {
      assertThat(tokenizer.sha256()).isEqualTo(Digests.sha256(resource("symbols.model")));
      assertThat(List.of(tokenizer.bos(), tokenizer.eos(), tokenizer.size()))
          .containsExactly(1, 2, 419);
      assertThat(tokenizer.decode(new int[] {1, 419, -1, 2})).isEmpty();
      ReportGenerator reports = new ReportGenerator(6);
      for (int i = 0; i < 30; i++) {
        String prompt =
            PromptTemplate.prompt(
                PromptTemplate.INSTRUCTION, PromptTemplate.input(reports.report(i).findings()));
        int[] head = tokenizer.encode(prompt);
        String output = reports.report(i).impression();
        int[] tail = tokenizer.encodeAfter(prompt, head, output);
        assertThat(tail).isEqualTo(tokenizer.encodeContinuation(output));
        assertThat(tokenizer.decode(head)).isEqualTo(prompt);
        assertThat(tokenizer.decode(tail)).isEqualTo(output);
      }
    }
    Files.writeString(dir.resolve("added_tokens.json"), "{\"<end of turn>\": 421}");
    Files.writeString(
        dir.resolve("tokenizer_config.json"),
        "{\"bos_token\":{\"content\":\"<ctl>\"},\"eos_token\":\"<end of turn>\"}");
    try (LlamaTokenizer tokenizer = LlamaTokenizer.load(HADOOP, dir.toString())) {
      assertThat(tokenizer.bos()).isEqualTo(4);
      assertThat(tokenizer.eos()).isEqualTo(421);
      assertThat(tokenizer.size()).isEqualTo(422);
    }
    Files.writeString(dir.resolve("tokenizer.json"), "{}");
    assertThatThrownBy(() -> LlamaTokenizer.load(HADOOP, dir.toString()))
        .hasMessageContaining("tokenizer.json has no vocabulary");
  }

  @Test
  void longTextsComeBack() throws IOException {
    SentencePieceTokenizer tokenizer = tokenizer("llama");
    StringBuilder text = new StringBuilder();
    ReportGenerator reports = new ReportGenerator(7);
    for (int i = 0; i < 1000; i++) {
      text.append(reports.report(i).findings()).append('\n');
    }
    text.append("e".repeat(100_000)).append(" ".repeat(100_000));
    int[] ids = tokenizer.encode(text.toString());
    assertThat(tokenizer.decode(ids)).isEqualTo(text.toString());
    assertThat(ids.length).isLessThan(text.length());
  }

  /** Cut or damaged files are refused or read as what they now say; nothing else happens. */
  @Test
  void damagedModelsAreRefusedOrUsable() throws IOException {
    Random random = new Random(9);
    for (String name : List.of("rules", "symbols")) {
      byte[] whole = resource(name + ".model");
      int refused = 0;
      for (int i = 0; i < 1500; i++) {
        byte[] damaged =
            i % 3 == 0 ? Arrays.copyOf(whole, random.nextInt(whole.length)) : whole.clone();
        for (int n = i % 3; n > 0; n--) {
          // The settings and rules, at the end, are few among the pieces.
          int span = random.nextBoolean() ? 1200 : whole.length;
          damaged[whole.length - 1 - random.nextInt(span)] = (byte) random.nextInt(256);
        }
        try {
          SentencePieceTokenizer tokenizer =
              new SentencePieceTokenizer(SentencePieceModel.parse(damaged, "t.model"));
          int[] ids = tokenizer.encode("The heart\t is ﬁne ½ \u200bx x 正 e\u0301…  ");
          assertThat(tokenizer.decode(ids)).isNotNull();
        } catch (BadInputException e) {
          refused++;
          assertThat(e).hasMessageContaining("t.model");
        }
      }
      assertThat(refused).isBetween(300, 1499);
    }
  }

  @Test
  void refusesWhatIsNotSoundOrNotDoneHere() throws IOException {
    byte[] unknown = piece("<unk>", 0, 2);
    byte[] bpe = field(2, new byte[] {3 << 3, 2});
    assertThat(parse(unknown, piece("a", 0, 1), bpe).pieces()).hasSize(2);
    assertRefused("only bpe is supported", unknown, field(2, new byte[] {3 << 3, 1}));
    assertRefused("its model type is unigram", unknown);
    assertRefused("its model type is word", unknown, field(2, new byte[] {3 << 3, 3}));
    assertRefused("no piece of 1 is the unknown one", piece("a", 0, 1), bpe);
    assertRefused("pieces 0 and 1 are both the unknown one", unknown, piece("?", 0, 2), bpe);
    assertRefused("pieces 1 and 2 are the same", unknown, piece("a", 0, 1), piece("a", 0, 3), bpe);
    assertRefused("piece 1 is empty", unknown, piece("", 0, 1), bpe);
    assertRefused("piece 1 has the score NaN", unknown, piece("a", Float.NaN, 1), bpe);
    assertRefused("a piece has the type 7", unknown, piece("a", 0, 7), bpe);
    assertRefused("byte_fallback is off", unknown, piece("<0x00>", 0, 6), bpe);
    byte[] fallback = field(2, new byte[] {3 << 3, 2, (byte) 0x98, 2, 1});
    assertRefused("byte 1 has no piece", unknown, piece("<0x00>", 0, 6), fallback);
    assertRefused("denormalisation rules", unknown, bpe, field(5, new byte[] {2 << 3 | 2, 1, 0}));
    assertRefused("rules are incomplete", unknown, bpe, field(3, new byte[] {2 << 3 | 2, 1, 0}));
    assertRefused("is not UTF-8", unknown, bpe, field(1, new byte[] {1 << 3 | 2, 1, -1}));
    assertRefused("wants 9 bytes where 2 are left", unknown, new byte[] {1 << 3 | 2, 9, 0, 0});
    assertRefused("the wire type 3", unknown, new byte[] {9 << 3 | 3});
    assertRefused("impossible tag", unknown, new byte[] {0});
    byte[] endless = new byte[12];
    Arrays.fill(endless, (byte) -1);
    assertRefused("more than ten bytes", endless);
    byte[] negative = endless.clone();
    negative[0] = 1 << 3 | 2;
    negative[10] = 1;
    assertRefused("wants 18446744073709551615 bytes", negative);
  }

  /** SentencePiece itself fails on such a text; here it is text. */
  @Test
  void aControlPieceOfOneCharacterIsNotFoundInText() throws IOException {
    byte[] bpe = field(2, new byte[] {3 << 3, 2});
    SentencePieceModel model =
        parse(piece("<unk>", 0, 2), piece("§", 0, 3), piece("a", 0, 1), piece("▁", 0, 1), bpe);
    assertThat(new SentencePieceTokenizer(model).encode("a§")).containsExactly(3, 2, 0);
  }

  private static void assertRefused(String reason, byte[]... parts) {
    assertThatThrownBy(() -> parse(parts))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("t.model")
        .hasMessageContaining(reason);
  }

  private static SentencePieceModel parse(byte[]... parts) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.write(part);
    }
    return SentencePieceModel.parse(all.toByteArray(), "t.model");
  }

  private static byte[] piece(String text, float score, int type) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    ByteBuffer body = ByteBuffer.allocate(utf8.length + 9).order(ByteOrder.LITTLE_ENDIAN);
    body.put((byte) (1 << 3 | 2)).put((byte) utf8.length).put(utf8);
    body.put((byte) (2 << 3 | 5)).putFloat(score).put((byte) (3 << 3)).put((byte) type);
    return field(1, body.array());
  }

  private static byte[] field(int number, byte[] body) {
    ByteBuffer field = ByteBuffer.allocate(body.length + 2);
    return field.put((byte) (number << 3 | 2)).put((byte) body.length).put(body).array();
  }
}
