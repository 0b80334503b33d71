package org.radllama.eval.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.commons.math3.special.Erf;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.failure.BadInputException;
import org.radllama.run.Json;

/** Against bert_score and transformers: src/test/scripts/bert-scores.py. */
public class EncoderTest {
  private static final Configuration HADOOP = new Configuration();
  @TempDir static Path dir;
  private static JsonNode expected;
  private static List<String> texts;

  /** Puts a tiny random model into a directory. */
  public static Path copy(String kind, Path into) throws IOException {
    Files.createDirectories(into);
    for (String name :
        List.of("config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors")) {
      // CheXbert's tensors are those of this BERT under other names, and heads.
      boolean heads = kind.equals("chexbert");
      String from =
          (heads ? "bert" : kind)
              + "/"
              + (heads && name.endsWith("safetensors") ? "chexbert.safetensors" : name);
      try (InputStream in = EncoderTest.class.getResourceAsStream(from)) {
        Files.copy(in, into.resolve(name), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    return into;
  }

  @BeforeAll
  static void read() throws IOException {
    try (InputStream in = EncoderTest.class.getResourceAsStream("bert-scores.json")) {
      expected = Json.mapper().readTree(in);
    }
    texts = new ArrayList<>();
    expected.get("texts").forEach(text -> texts.add(text.asText()));
  }

  private static EncoderModel model(String kind, int layers) throws IOException {
    String at = copy(kind, dir.resolve(kind)).toString();
    return EncoderModel.shared(
        HADOOP,
        at,
        EncoderModel.sha256(HADOOP, at),
        layers,
        kind.equals("chexbert") ? CheXbertLabels.CLASSES : List.of());
  }

  @Test
  void scoresAreThoseOfBertScore() throws IOException {
    for (String kind : List.of("bert", "roberta")) {
      for (int layer : new int[] {2, 3}) {
        EncoderModel model = model(kind, layer);
        Idf idf = Idf.empty();
        expected.get("pairs").forEach(p -> idf.count(model, texts.get(p.get(1).asInt())));
        BertScores scores = new BertScores(model, idf);
        scores.prepare(texts);
        for (int i = 0; i < expected.get("pairs").size(); i++) {
          JsonNode pair = expected.get("pairs").get(i);
          List<BertScores.Score> both =
              scores.score(List.of(texts.get(pair.get(1).asInt())), texts.get(pair.get(0).asInt()));
          String key = kind + "-" + layer;
          assertIs(both.get(0), expected.get(key).get(i), key + " " + pair);
          assertIs(both.get(1), expected.get(key + "-idf").get(i), key + "-idf " + pair);
        }
      }
    }
  }

  private static void assertIs(BertScores.Score score, JsonNode expected, String what) {
    assertThat(score.precision()).as(what).isCloseTo(expected.get(0).asDouble(), within(1e-5));
    assertThat(score.recall()).as(what).isCloseTo(expected.get(1).asDouble(), within(1e-5));
    assertThat(score.f1()).as(what).isCloseTo(expected.get(2).asDouble(), within(1e-5));
  }

  @Test
  void labelsAreThoseOfItsHeads() throws IOException {
    CheXbertLabels labels = new CheXbertLabels(model("chexbert", 0));
    labels.prepare(texts);
    for (int i = 0; i < texts.size(); i++) {
      List<Integer> classes = new ArrayList<>();
      expected.get("chexbert").get(i).forEach(c -> classes.add(c.asInt()));
      assertThat(labels.of(texts.get(i)))
          .containsExactly(classes.stream().mapToInt(c -> c).toArray());
    }
  }

  /** The same bits whatever a text is read with. */
  @Test
  void aTextsNumbersDoNotDependOnItsCompany() throws IOException {
    EncoderModel model = model("bert", 3);
    Random random = new Random(6);
    List<String> many = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      List<String> words = new ArrayList<>();
      for (int k = random.nextInt(12); k >= 0; k--) {
        words.add(texts.get(random.nextInt(texts.size())));
      }
      many.add(String.join(" ", words));
    }
    BertScores together = new BertScores(model, Idf.none());
    together.prepare(many);
    Collections.shuffle(many, random);
    BertScores alone = new BertScores(model, Idf.none());
    for (int i = 1; i < many.size(); i++) {
      List<String> reference = List.of(many.get(i - 1));
      assertThat(alone.score(reference, many.get(i)))
          .isEqualTo(together.score(reference, many.get(i)));
    }
  }

  @Test
  void severalReferencesGiveTheBestOfEach() throws IOException {
    BertScores scores = new BertScores(model("bert", 3), Idf.none());
    BertScores.Score both = scores.score(List.of(texts.get(0), texts.get(2)), texts.get(1)).get(0);
    BertScores.Score a = scores.score(List.of(texts.get(0)), texts.get(1)).get(0);
    BertScores.Score b = scores.score(List.of(texts.get(2)), texts.get(1)).get(0);
    assertThat(both.f1()).isEqualTo(Math.max(a.f1(), b.f1()));
    assertThat(both.recall()).isEqualTo(Math.max(a.recall(), b.recall()));
  }

  @Test
  void theErrorFunctionIsExact() {
    for (int i = -70_000; i <= 70_000; i++) {
      double x = i / 10_000.0 + 1e-6;
      assertThat((double) Gelu.erf((float) x)).isCloseTo(Erf.erf((float) x), within(4e-7));
    }
  }

  @Test
  void otherModelsAreRefusedByName() throws IOException {
    Path other = copy("bert", dir.resolve("other"));
    String at = other.toString();
    assertThatThrownBy(() -> EncoderModel.shared(HADOOP, at, "x", 4, List.of()))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("has 3 layers, not 4");
    String config = Files.readString(other.resolve("config.json"));
    Files.writeString(other.resolve("config.json"), config.replace("\"bert\"", "\"gpt2\""));
    assertThatThrownBy(() -> EncoderModel.shared(HADOOP, at, "y", 1, List.of()))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("model_type is \"gpt2\", not bert or one of");
    Files.delete(other.resolve("model.safetensors"));
    assertThatThrownBy(() -> EncoderModel.sha256(HADOOP, at))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("has no model.safetensors");
  }
}
