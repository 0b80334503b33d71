package org.radllama.train.tokenizer;

/** Single characters in UTF-8 (RFC 3629). */
final class Utf8 {
  private Utf8() {}

  /** Bytes of a character: 1 to 4. */
  static int length(int codePoint) {
    return codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
  }

  /** One byte of a character, 0 to 255. */
  static int at(int codePoint, int index) {
    int length = length(codePoint);
    int bits = codePoint >>> (6 * (length - 1 - index));
    if (index > 0) {
      return 0x80 | (bits & 0x3f);
    }
    return length == 1 ? bits : (0xf00 >>> length & 0xff) | bits;
  }

  /** Appends characters; a byte that begins none that is whole and valid becomes U+FFFD. */
  static void append(byte[] bytes, int count, StringBuilder out) {
    for (int at = 0; at < count; ) {
      int codePoint = decode(bytes, at, count);
      out.appendCodePoint(codePoint < 0 ? 0xfffd : codePoint);
      at += codePoint < 0 ? 1 : length(codePoint);
    }
  }

  /** The character whose shortest form begins at a place, or -1. */
  private static int decode(byte[] bytes, int at, int end) {
    int lead = bytes[at] & 0xff;
    int length = lead < 0x80 ? 1 : lead < 0xc0 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (length == 0 || lead > 0xf7 || at + length > end) {
      return -1;
    }
    int codePoint = length == 1 ? lead : lead & (0x7f >>> length);
    for (int i = 1; i < length; i++) {
      if ((bytes[at + i] & 0xc0) != 0x80) {
        return -1;
      }
      codePoint = codePoint << 6 | (bytes[at + i] & 0x3f);
    }
    boolean character =
        Character.isValidCodePoint(codePoint) && (codePoint < 0xd800 || codePoint > 0xdfff);
    return character && length(codePoint) == length ? codePoint : -1;
  }
}
