package org.radllama.train.tokenizer;

import static org.radllama.text.Format.format;

import java.util.ArrayList;
import java.util.List;

/**
 * A trained tokenizer's content.
 *
 * @param merges pairs to join, the most important first
 * @param pieces what the merges make, in this order, each once, then the single characters, the
 *     most frequent first
 */
public record BpeVocabulary(List<Merge> merges, List<String> pieces) {
  /** The unknown token, id 0; byte fallback leaves nothing unknown. */
  public static final String UNK = "<unk>";

  /** The begin token, id 1. */
  public static final String BOS = "<s>";

  /** The end token, id 2. */
  public static final String EOS = "</s>";

  /** Tokens that every vocabulary has: the three special ones and 256 bytes. */
  public static final int RESERVED = 3 + 256;

  public BpeVocabulary {
    merges = List.copyOf(merges);
    pieces = List.copyOf(pieces);
  }

  /** Two neighbouring pieces that become one. */
  public record Merge(String left, String right) {}

  /** All tokens; the index is the id. */
  public List<String> tokens() {
    List<String> tokens = new ArrayList<>(List.of(UNK, BOS, EOS));
    for (int b = 0; b < 256; b++) {
      tokens.add(format("<0x%02X>", b));
    }
    tokens.addAll(pieces);
    return tokens;
  }

  /** Words of reports may stand in the pieces, so only their number is shown. */
  @Override
  public String toString() {
    return format("BpeVocabulary[%d pieces]", pieces.size());
  }
}
