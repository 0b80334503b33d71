package org.radllama.train.tokenizer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.Optional;
import org.radllama.train.tokenizer.ProtobufMessage.Malformed;

/**
 * SentencePiece's compiled normalisation rules ({@code precompiled_charsmap}): texts to replace,
 * each with its replacement. The texts are a trie over UTF-8 in a double array as darts-clone
 * stores it (J. Aoe, IEEE Trans. Software Eng. 15(9), 1989): a unit of 32 bits holds its label in
 * the lowest byte, bit 8 says that a text ends here, and bits 9 to 30 where its children lie. The
 * value of a text is where its replacement begins in a run of texts that each end in a zero byte.
 */
record CharsMap(int[] units, byte[] replacements) {
  private static final int LEAF = 1 << 31;

  /**
   * A part of a text and what stands for it.
   *
   * @param end where the part ends, in chars
   */
  record Match(int end, String replacement) {}

  /** Reads the field; empty bytes mean no rules. */
  static Optional<CharsMap> of(ByteBuffer field) {
    ByteBuffer in = field.slice().order(ByteOrder.LITTLE_ENDIAN);
    if (!in.hasRemaining()) {
      return Optional.empty();
    }
    long trieBytes = in.remaining() < Integer.BYTES ? -1 : Integer.toUnsignedLong(in.getInt());
    if (trieBytes < Integer.BYTES
        || trieBytes % Integer.BYTES != 0
        || trieBytes >= in.remaining()
        || in.get(in.limit() - 1) != 0) {
      throw new Malformed("its normalisation rules are incomplete");
    }
    int[] units = new int[(int) trieBytes / Integer.BYTES];
    in.asIntBuffer().get(units);
    byte[] replacements = new byte[in.remaining() - (int) trieBytes];
    in.get(in.position() + (int) trieBytes, replacements);
    return Optional.of(new CharsMap(units, replacements));
  }

  /** The longest text with a rule that stands at a place, or null. */
  Match longest(String text, int from) {
    int end = -1;
    int value = 0;
    long node = offset(units[0]);
    for (int at = from; at < text.length() && node >= 0; ) {
      int c = text.codePointAt(at);
      at += Character.charCount(c);
      node = follow(node, c);
      int leaf = leafValue(node);
      if (leaf >= 0) {
        end = at;
        value = leaf;
      }
    }
    return end < 0 ? null : new Match(end, replacement(value));
  }

  /** From a node's children to those of the node one character on, or -1. */
  private long follow(long children, int codePoint) {
    long node = children;
    for (int i = 0, n = Utf8.length(codePoint); i < n && node >= 0; i++) {
      node = step(node, Utf8.at(codePoint, i));
    }
    return node;
  }

  /**
   * One byte down. A node is named by its index in the low half and, above bit 32, whether a text
   * ends there.
   */
  private long step(long children, int label) {
    long at = (children & 0xffffffffL) ^ label;
    if (at >= units.length || (units[(int) at] & (LEAF | 0xff)) != label) {
      return -1;
    }
    int unit = units[(int) at];
    long below = at ^ offset(unit);
    return (unit >>> 8 & 1) == 1 ? below | 1L << 32 : below;
  }

  /**
   * Whether every step from every node stays in the array, and every text with a rule has a
   * replacement that is UTF-8 and begins where one begins.
   */
  boolean isWhole() {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(replacements));
    } catch (CharacterCodingException e) {
      return false;
    }
    BitSet seen = new BitSet(units.length);
    Deque<Long> open = new ArrayDeque<>();
    open.add(offset(units[0]));
    while (!open.isEmpty()) {
      long children = open.remove();
      if (((children & 0xffffffffL) | 0xff) >= units.length) {
        return false;
      }
      for (int label = 1; label < 256; label++) {
        int at = (int) (children & 0xffffffffL) ^ label;
        if ((units[at] & (LEAF | 0xff)) == label && !seen.get(at)) {
          seen.set(at);
          long node = step(children, label);
          if (!endsWell(node)) {
            return false;
          }
          open.add(node);
        }
      }
    }
    return true;
  }

  private boolean endsWell(long node) {
    if (node >>> 32 == 0) {
      return true;
    }
    long at = node & 0xffffffffL;
    int value = at < units.length ? units[(int) at] & ~LEAF : -1;
    return value >= 0 && value < replacements.length && (replacements[value] & 0xc0) != 0x80;
  }

  private static long offset(int unit) {
    return (long) (unit >>> 10) << ((unit & 1 << 9) >> 6);
  }

  /** Value of the text that ends at a node, or -1. */
  private int leafValue(long node) {
    if (node < 0 || node >>> 32 == 0 || (node & 0xffffffffL) >= units.length) {
      return -1;
    }
    int value = units[(int) node] & ~LEAF;
    return value < replacements.length ? value : -1;
  }

  private String replacement(int from) {
    int end = from;
    while (replacements[end] != 0) {
      end++;
    }
    return new String(replacements, from, end - from, StandardCharsets.UTF_8);
  }
}
