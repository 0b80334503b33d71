package org.radllama.dataset;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The first 128 bits of SHA-256 of a normalised text: equal for equal texts and no others. */
public record Fingerprint(long high, long low) implements Comparable<Fingerprint>, Serializable {

  /** The fingerprint of findings or of an impression. */
  public static Fingerprint of(String text) {
    return of(NormalizedFindings.of(text), text);
  }

  /**
   * The same where the normalised text is known.
   *
   * @param normalized see {@link NormalizedFindings}
   * @param text the text itself, which counts where no word is left
   */
  public static Fingerprint of(String normalized, String text) {
    // A text without a single Latin word would else equal every other such text.
    String key = normalized.isEmpty() ? "\n" + text : normalized;
    try {
      ByteBuffer hash =
          ByteBuffer.wrap(
              MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8)));
      return new Fingerprint(hash.getLong(), hash.getLong());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** The first twelve hexadecimal digits, to name a text without a word of it. */
  public String shortName() {
    return HexFormat.of().toHexDigits(high).substring(0, 12);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(high ^ low);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Fingerprint f && f.high == high && f.low == low;
  }

  @Override
  public int compareTo(Fingerprint other) {
    int order = Long.compare(high, other.high);
    return order != 0 ? order : Long.compare(low, other.low);
  }
}
