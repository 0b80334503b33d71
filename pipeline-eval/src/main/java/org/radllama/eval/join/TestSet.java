package org.radllama.eval.join;

import static org.radllama.text.Format.format;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * Which reports were scored, against which references: the SHA-256 of every id, and of every id
 * with its references, each added up as four numbers of 64 bits, so that neither the order nor the
 * parts in which reports are counted matter. Of two evaluations with the same sums the same reports
 * were scored; no text can be read from them.
 */
public final class TestSet implements Serializable {
  private static final int WORDS = 4;

  private final long[] ids = new long[WORDS];
  private final long[] texts = new long[WORDS];
  private long reports;

  /** What a report adds. */
  record Member(byte[] id, byte[] text) {
    static Member of(String id, List<String> references) {
      // The lengths keep neighbouring texts apart.
      StringBuilder text = new StringBuilder(id.length() + "\n" + id);
      references.forEach(r -> text.append('\n').append(r.length()).append('\n').append(r));
      return new Member(sha256(id), sha256(text.toString()));
    }

    private static byte[] sha256(String text) {
      return DigestUtils.sha256(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Adds a report. */
  public void add(String id, List<String> references) {
    add(Member.of(id, references));
  }

  void add(Member member) {
    reports++;
    add(ids, member.id());
    add(texts, member.text());
  }

  private static void add(long[] sums, byte[] digest) {
    ByteBuffer words = ByteBuffer.wrap(digest);
    Arrays.setAll(sums, i -> sums[i] + words.getLong());
  }

  void add(TestSet other) {
    reports += other.reports;
    Arrays.setAll(ids, i -> ids[i] + other.ids[i]);
    Arrays.setAll(texts, i -> texts[i] + other.texts[i]);
  }

  /** How many reports there are. */
  public long reports() {
    return reports;
  }

  /** Which ids, in 64 hexadecimal digits. */
  public String ids() {
    return hex(ids);
  }

  /** Which ids with which references, in 64 hexadecimal digits. */
  public String hash() {
    return hex(texts);
  }

  private static String hex(long[] sums) {
    return format("%016x%016x%016x%016x", sums[0], sums[1], sums[2], sums[3]);
  }
}
