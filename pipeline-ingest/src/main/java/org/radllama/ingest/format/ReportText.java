package org.radllama.ingest.format;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.radllama.ingest.record.Reason;

/** Bytes to text: strictly UTF-8, newlines as Python's text mode reads them. */
public final class ReportText {
  /** A decoded text, or the reason and detail of its rejection. */
  public record Decoded(String text, Reason reason, String detail) {
    public boolean ok() {
      return reason == null;
    }

    @Override
    public String toString() {
      return ok() ? "Decoded[%d chars]".formatted(text.length()) : "Decoded[%s]".formatted(reason);
    }
  }

  private ReportText() {}

  public static Decoded decode(byte[] bytes, int from, int length) {
    if (length == 0) {
      return new Decoded(null, Reason.EMPTY, "");
    }
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes, from, length);
    CharBuffer out = CharBuffer.allocate(length);
    if (decoder.decode(in, out, true).isError()) {
      return new Decoded(null, Reason.NOT_UTF8, "at byte " + (in.position() - from));
    }
    String text = out.flip().toString();
    int nul = text.indexOf('\0');
    return nul >= 0
        ? new Decoded(null, Reason.BINARY, "NUL at character " + nul)
        : new Decoded(text, null, null);
  }

  /** {@code \r\n} and {@code \r} as {@code \n}. */
  public static String universalNewlines(String text) {
    return text.indexOf('\r') < 0 ? text : text.replace("\r\n", "\n").replace('\r', '\n');
  }
}
