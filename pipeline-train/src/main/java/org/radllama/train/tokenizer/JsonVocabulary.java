package org.radllama.train.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.radllama.train.tokenizer.Vocabulary.Rule;
import org.radllama.train.tokenizer.Vocabulary.Token;

/**
 * A {@code tokenizer.json} as a {@link Vocabulary}. A BPE with byte fallback goes by
 * SentencePiece's rule, its tokens scored by their place among the merges; a byte-level one keeps
 * its merges.
 */
final class JsonVocabulary {
  private final JsonNode model;
  private final TokenizerFiles files;
  private final String shown;
  private final TokenizerParts parts;

  private JsonVocabulary(JsonNode root, TokenizerFiles files, String shown) {
    this.model = root.path("model");
    this.files = files;
    this.shown = shown;
    this.parts = new TokenizerParts(root, shown);
  }

  static Vocabulary of(TokenizerFiles files, String shown) {
    JsonNode root = files.json().orElseThrow();
    return new JsonVocabulary(root, files, shown).vocabulary(root.path("added_tokens"));
  }

  private Vocabulary vocabulary(JsonNode added) {
    String type = model.path("type").asText("BPE");
    if (!type.equals("BPE")) {
      throw Vocabulary.unsupported(shown, "has a model of type " + type);
    }
    for (String part : List.of("continuing_subword_prefix", "end_of_word_suffix")) {
      if (!model.path(part).asText("").isEmpty() && !model.path(part).isNull()) {
        throw Vocabulary.unsupported(shown, "marks pieces by " + part);
      }
    }
    Rule rule = parts.rule();
    List<String[]> merges = merges();
    SortedMap<Integer, Token> tokens = tokens(rule, merges);
    for (JsonNode token : added) {
      mark(tokens, token);
    }
    return new Vocabulary(
        rule,
        tokens,
        rule == Rule.PIECES ? List.of() : merges.stream().map(m -> m[0] + " " + m[1]).toList(),
        rule == Rule.PIECES && parts.blankInFront(),
        Optional.ofNullable(files.ids().get(model.path("unk_token").textValue())),
        files.bos(),
        files.eos());
  }

  /** Pairs as texts with a blank between, or as arrays. */
  private List<String[]> merges() {
    List<String[]> merges = new ArrayList<>();
    for (JsonNode merge : model.path("merges")) {
      String[] pair =
          merge.isArray()
              ? new String[] {merge.path(0).asText(), merge.path(1).asText()}
              : merge.asText().split(" ", 2);
      if (pair.length != 2) {
        throw Vocabulary.unsupported(shown, "has a merge that is not a pair");
      }
      merges.add(pair);
    }
    return merges;
  }

  /** The earlier a token is made, the higher its score. */
  private static Map<String, Float> scores(List<String[]> merges) {
    Map<String, Float> scores = new HashMap<>();
    for (int rank = 0; rank < merges.size(); rank++) {
      scores.putIfAbsent(merges.get(rank)[0] + merges.get(rank)[1], (float) -rank);
    }
    return scores;
  }

  private SortedMap<Integer, Token> tokens(Rule rule, List<String[]> merges) {
    SortedMap<Integer, Token> tokens = new TreeMap<>();
    if (rule == Rule.PIECES) {
      Map<String, Float> scores = scores(merges);
      files
          .ids()
          .forEach(
              (text, id) ->
                  tokens.put(
                      id, new Token(text, scores.getOrDefault(text, Token.LEAST), type(text))));
    } else {
      files.ids().forEach((text, id) -> tokens.put(id, new Token(text, 0, Vocabulary.Type.NORMAL)));
    }
    return tokens;
  }

  private Vocabulary.Type type(String text) {
    if (text.equals(model.path("unk_token").textValue())) {
      return Vocabulary.Type.UNKNOWN;
    }
    return text.matches("<0x[0-9A-F]{2}>") ? Vocabulary.Type.BYTE : Vocabulary.Type.NORMAL;
  }

  /** Special tokens are never found in a text, the other added ones always. */
  private static void mark(SortedMap<Integer, Token> tokens, JsonNode added) {
    int id = added.path("id").asInt();
    Token token = tokens.get(id);
    if (token != null && token.type() != Vocabulary.Type.UNKNOWN) {
      Vocabulary.Type type =
          added.path("special").asBoolean()
              ? Vocabulary.Type.CONTROL
              : Vocabulary.Type.USER_DEFINED;
      tokens.put(id, new Token(token.text(), token.score(), type));
    }
  }
}
