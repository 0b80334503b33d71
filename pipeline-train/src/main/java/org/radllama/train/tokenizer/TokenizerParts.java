package org.radllama.train.tokenizer;

import static org.radllama.text.Format.format;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.radllama.train.tokenizer.Vocabulary.Rule;

/**
 * What a {@code tokenizer.json} does to a text before its model sees it: which {@link Rule} that
 * is, if it is one.
 */
final class TokenizerParts {
  private static final String BLANK = String.valueOf(WordSplitter.BLANK);

  /** The words of Llama 3. */
  static final String LLAMA3 =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}|"
          + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  /** The words of Qwen 2 and 3: digits stand alone. */
  private static final String QWEN2 = LLAMA3.replace("{1,3}", "");

  private final JsonNode model;
  private final List<JsonNode> normalizers;
  private final List<JsonNode> preTokenizers;
  private final String shown;

  TokenizerParts(JsonNode root, String shown) {
    this.model = root.path("model");
    this.normalizers = steps(root.path("normalizer"), "normalizers");
    this.preTokenizers = steps(root.path("pre_tokenizer"), "pretokenizers");
    this.shown = shown;
  }

  private static List<JsonNode> steps(JsonNode part, String many) {
    if (part.isMissingNode() || part.isNull()) {
      return List.of();
    }
    if (!type(part).equals("Sequence")) {
      return List.of(part);
    }
    List<JsonNode> steps = new ArrayList<>();
    part.path(many).forEach(steps::add);
    return steps;
  }

  private static String type(JsonNode step) {
    return step.path("type").asText();
  }

  Rule rule() {
    return model.path("byte_fallback").asBoolean() ? pieces() : bytes();
  }

  private Rule pieces() {
    for (int b = 0; b < 256; b++) {
      if (!model.path("vocab").has(format("<0x%02X>", b))) {
        throw Vocabulary.unsupported(shown, "lacks the token of byte " + b);
      }
    }
    boolean blanks = metaspace() != null;
    for (JsonNode step : normalizers) {
      if (replacesBlanks(step)) {
        blanks = true;
      } else if (!prependsBlank(step)) {
        throw Vocabulary.unsupported(shown, "has a normaliser " + type(step));
      }
    }
    if (!blanks) {
      throw Vocabulary.unsupported(shown, "keeps spaces as they are");
    }
    return Rule.PIECES;
  }

  private static boolean replacesBlanks(JsonNode step) {
    return type(step).equals("Replace")
        && step.path("pattern").path("String").asText().equals(" ")
        && step.path("content").asText().equals(BLANK);
  }

  private static boolean prependsBlank(JsonNode step) {
    return type(step).equals("Prepend") && step.path("prepend").asText().equals(BLANK);
  }

  /** Whether a text gets a blank in front. */
  boolean blankInFront() {
    JsonNode metaspace = metaspace();
    return normalizers.stream().anyMatch(TokenizerParts::prependsBlank)
        || (metaspace != null
            && metaspace.path("add_prefix_space").asBoolean(true)
            && !metaspace.path("prepend_scheme").asText("always").equals("never"));
  }

  /** The one step that may stand before a SentencePiece-like model, or null for none. */
  private JsonNode metaspace() {
    if (preTokenizers.isEmpty()) {
      return null;
    }
    JsonNode step = preTokenizers.get(0);
    boolean plain =
        preTokenizers.size() == 1
            && type(step).equals("Metaspace")
            && step.path("replacement").asText().equals(BLANK)
            && (!step.path("split").asBoolean(true) || neverAcrossBlanks());
    if (!plain) {
      throw Vocabulary.unsupported(shown, "has a pre-tokenizer " + type(step));
    }
    return step;
  }

  /**
   * Whether no token has a blank behind its first character: then cutting there changes nothing.
   */
  private boolean neverAcrossBlanks() {
    for (Map.Entry<String, JsonNode> token : model.path("vocab").properties()) {
      if (token.getKey().lastIndexOf(BLANK) > 0) {
        return false;
      }
    }
    return true;
  }

  private Rule bytes() {
    List<String> steps = preTokenizers.stream().map(this::step).toList();
    boolean whole = model.path("ignore_merges").asBoolean();
    if (steps.equals(List.of("qwen2", "bytes")) && !whole && composes()) {
      return Rule.BYTES_QWEN2;
    }
    if (!normalizers.isEmpty()) {
      throw Vocabulary.unsupported(shown, "has a normaliser " + type(normalizers.get(0)));
    }
    if (steps.equals(List.of("llama3", "bytes")) && whole) {
      return Rule.BYTES_LLAMA3;
    }
    if (steps.equals(List.of("words")) && !whole) {
      return Rule.BYTES_GPT2;
    }
    if (steps.equals(List.of("digits", "words")) && !whole) {
      return Rule.BYTES_DIGITS;
    }
    throw Vocabulary.unsupported(
        shown, "has a pre-tokenizer other than Llama 3's, GPT-2's, SmolLM's and Qwen 2's");
  }

  /**
   * Whether a text is at most composed (NFC) before: llama.cpp leaves that out, as for Qwen's own
   * files, since hardly a text is not composed already.
   */
  private boolean composes() {
    return normalizers.stream().allMatch(step -> type(step).equals("NFC"));
  }

  private String step(JsonNode step) {
    return switch (type(step)) {
      case "ByteLevel" ->
          step.path("add_prefix_space").asBoolean(true)
              ? "blank"
              : step.path("use_regex").asBoolean(true) ? "words" : "bytes";
      case "Digits" -> step.path("individual_digits").asBoolean() ? "digits" : "numbers";
      case "Split" ->
          step.path("behavior").asText().equals("Isolated") && !step.path("invert").asBoolean()
              ? words(step.path("pattern").path("Regex").asText())
              : "other split";
      default -> type(step);
    };
  }

  private static String words(String pattern) {
    return pattern.equals(LLAMA3) ? "llama3" : pattern.equals(QWEN2) ? "qwen2" : "other words";
  }
}
