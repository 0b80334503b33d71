package org.radllama.ingest.dedup;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The first 128 bits of SHA-256 of normalised findings: equal for equal texts and no others. */
record Fingerprint(long high, long low) implements Comparable<Fingerprint>, Serializable {

  static Fingerprint of(String findings) {
    String normalized = NormalizedFindings.of(findings);
    // A text without a single Latin word would else equal every other such text.
    String key = normalized.isEmpty() ? "\n" + findings : normalized;
    try {
      ByteBuffer hash =
          ByteBuffer.wrap(
              MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8)));
      return new Fingerprint(hash.getLong(), hash.getLong());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** The same in every JVM, since it chooses the partition. */
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
