package org.radllama.ingest.format;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.radllama.ingest.record.Outcome;
import org.radllama.ingest.record.Reason;

/** Bytes to text: strictly UTF-8, newlines as Python's text mode reads them. */
public final class Utf8Text {
  private Utf8Text() {}

  /** The text of all bytes. */
  public static Outcome<String> decode(byte[] bytes) {
    return decode(bytes, 0, bytes.length);
  }

  static Outcome<String> decode(byte[] bytes, int from, int length) {
    return decode(bytes, from, length, StandardCharsets.UTF_8);
  }

  /** Text in another encoding, as strictly. */
  static Outcome<String> decode(byte[] bytes, int from, int length, Charset charset) {
    if (length == 0) {
      return Outcome.rejected(Reason.EMPTY, "");
    }
    CharsetDecoder decoder =
        charset
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes, from, length);
    CharBuffer out = CharBuffer.allocate(length);
    if (!decoder.decode(in, out, true).isUnderflow()) {
      return Outcome.rejected(Reason.NOT_UTF8, "at byte " + (in.position() - from));
    }
    String text = out.flip().toString();
    int nul = text.indexOf('\0');
    return nul >= 0
        ? Outcome.rejected(Reason.BINARY, "NUL at character " + nul)
        : Outcome.kept(text);
  }

  /** {@code \r\n} and {@code \r} as {@code \n}. */
  public static String universalNewlines(String text) {
    return text.indexOf('\r') < 0 ? text : text.replace("\r\n", "\n").replace('\r', '\n');
  }
}
