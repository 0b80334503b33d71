package org.radllama.train.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.radllama.failure.BadInputException;

/**
 * What Hugging Face's tokenizers library takes for granted in a {@code tokenizer.json}. Where it is
 * not so the library panics, at once or at some text, and that ends the whole process; so it is
 * checked before.
 */
final class TokenizerGuard {
  private final String shown;

  private TokenizerGuard(String shown) {
    this.shown = shown;
  }

  /**
   * Checks a file.
   *
   * @param shown its name for messages
   * @throws BadInputException naming the part that the library could not bear
   */
  static void check(JsonNode root, String shown) {
    TokenizerGuard guard = new TokenizerGuard(shown);
    for (String part : List.of("normalizer", "pre_tokenizer", "post_processor", "decoder")) {
      guard.part(part, root.path(part));
    }
    guard.merges(root.path("model"));
  }

  private BadInputException refused(String part, String why) {
    return new BadInputException("%s: its %s %s", shown, part, why);
  }

  /** A part and the parts in it. */
  private void part(String name, JsonNode node) {
    switch (node.path("type").asText()) {
      case "Precompiled" -> rules(name, node.path("precompiled_charsmap"));
      case "TemplateProcessing" -> template(name, node);
      case "Strip" -> {
        if (node.path("start").asLong() > 0 && node.path("stop").asLong() > 0) {
          throw refused(name, "strips both ends of a token, which may be all of it");
        }
      }
      default -> {
        // Others refuse what they cannot do.
      }
    }
    for (JsonNode child : node) {
      if (child.isContainerNode()) {
        part(name, child);
      }
    }
  }

  private void rules(String name, JsonNode charsmap) {
    if (!charsmap.isTextual()) {
      throw refused(name, "has no precompiled_charsmap");
    }
    try {
      byte[] bytes = Base64.getDecoder().decode(charsmap.asText());
      if (bytes.length == 0 || !CharsMap.of(ByteBuffer.wrap(bytes)).orElseThrow().isWhole()) {
        throw refused(name, "has a damaged precompiled_charsmap");
      }
    } catch (IllegalArgumentException | ProtobufMessage.Malformed e) {
      throw refused(name, "has a damaged precompiled_charsmap");
    }
  }

  private void template(String name, JsonNode node) {
    for (String which : List.of("single", "pair")) {
      for (JsonNode piece : node.path(which)) {
        String token = piece.path("SpecialToken").path("id").asText("");
        boolean known = node.path("special_tokens").has(token);
        if (piece.has("SpecialToken") && !known) {
          throw refused(name, "puts in a special token that it does not define");
        }
        if (which.equals("single") && piece.path("Sequence").path("id").asText("A").equals("B")) {
          throw refused(name, "needs a second text, but there is one only");
        }
      }
    }
  }

  /** What is joined, and what comes of it, must be tokens. */
  private void merges(JsonNode model) {
    if (!model.path("merges").isArray()) {
      return;
    }
    String prefix = model.path("continuing_subword_prefix").asText("");
    int cut = model.path("continuing_subword_prefix").isNull() ? 0 : prefix.length();
    JsonNode vocabulary = model.path("vocab");
    for (JsonNode merge : model.path("merges")) {
      List<String> pair = new ArrayList<>();
      if (merge.isArray()) {
        merge.forEach(half -> pair.add(half.asText()));
      } else {
        pair.addAll(List.of(merge.asText().split(" ", 2)));
      }
      boolean whole =
          pair.size() == 2
              && pair.get(1).length() >= cut
              && vocabulary.has(pair.get(0))
              && vocabulary.has(pair.get(1))
              && vocabulary.has(pair.get(0) + pair.get(1).substring(cut));
      if (!whole) {
        throw refused("model", "has a merge whose parts or result are not tokens");
      }
    }
  }
}
