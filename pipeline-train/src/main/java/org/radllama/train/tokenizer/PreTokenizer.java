package org.radllama.train.tokenizer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How a byte-level BPE cuts a text into words, by llama.cpp's names ({@code tokenizer.ggml.pre}),
 * as the parts of the {@code tokenizer.json} that such models come with.
 *
 * @param names llama.cpp's
 * @param parts of the rule that stand before the patterns
 * @param patterns each cuts what the one before left; none for GPT-2's
 * @param wholeWords whether a word that is a token stays whole, whatever the merges make of it
 */
record PreTokenizer(List<String> names, Parts parts, List<String> patterns, boolean wholeWords) {

  /** What is done to a text before it is cut by patterns. */
  private enum Parts {
    NONE,
    /** Every digit is set apart. */
    DIGITS,
    /** Unicode's composed form. */
    NFC
  }

  private static final List<PreTokenizer> ALL =
      List.of(
          new PreTokenizer(List.of("gpt-2"), Parts.NONE, List.of(), false),
          new PreTokenizer(List.of("smollm"), Parts.DIGITS, List.of(), false),
          new PreTokenizer(
              List.of("llama-bpe", "llama3", "llama-v3"),
              Parts.NONE,
              List.of(TokenizerParts.LLAMA3),
              true),
          new PreTokenizer(
              List.of("qwen2"),
              Parts.NFC,
              List.of(
                  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}|"
                      + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"),
              false),
          // Mistral's since 2024.
          new PreTokenizer(
              List.of("tekken"),
              Parts.NONE,
              List.of(
                  "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+|"
                      + "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*|"
                      + "\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"),
              true),
          // llama.cpp's own, for files that say nothing.
          new PreTokenizer(
              List.of("default"),
              Parts.NONE,
              List.of(
                  "[\\p{P}\\$\\+<=>\\^~\\|]+",
                  "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)",
                  "\\p{N}+",
                  "[0-9][0-9][0-9]"),
              false));

  static Optional<PreTokenizer> of(String name) {
    return ALL.stream().filter(rule -> rule.names.contains(name)).findFirst();
  }

  /** All names, for a message. */
  static String labels() {
    return ALL.stream().flatMap(rule -> rule.names.stream()).collect(Collectors.joining(", "));
  }

  void normalizer(ObjectNode root) {
    if (parts == Parts.NFC) {
      root.putObject("normalizer").put("type", "NFC");
    } else {
      root.putNull("normalizer");
    }
  }

  void preTokenizer(ObjectNode node) {
    ArrayNode steps = node.put("type", "Sequence").putArray("pretokenizers");
    if (parts == Parts.DIGITS) {
      steps.addObject().put("type", "Digits").put("individual_digits", true);
    }
    for (String pattern : patterns) {
      ObjectNode split = steps.addObject().put("type", "Split");
      split.putObject("pattern").put("Regex", pattern);
      split.put("behavior", "Isolated").put("invert", false);
    }
    byteLevel(steps.addObject(), patterns.isEmpty());
  }

  /**
   * Bytes as characters.
   *
   * @param words whether it cuts by GPT-2's pattern first
   */
  static void byteLevel(ObjectNode node, boolean words) {
    node.put("type", "ByteLevel").put("add_prefix_space", false);
    node.put("trim_offsets", true).put("use_regex", words);
  }
}
