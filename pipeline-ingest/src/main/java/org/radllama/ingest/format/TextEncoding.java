package org.radllama.ingest.format;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.radllama.ingest.record.Outcome;
import org.radllama.ingest.record.Reason;

/**
 * The encoding of a text file. A byte order mark goes before what was said. Nothing is replaced:
 * bytes that are no text in the encoding cost their record.
 */
public enum TextEncoding {
  /** UTF-16 where a byte order mark says so, else UTF-8. */
  AUTO(StandardCharsets.UTF_8),
  UTF_8(StandardCharsets.UTF_8),
  WINDOWS_1252(Charset.forName("windows-1252")),
  /** Without the control characters from 0x80 on, which are another encoding's letters. */
  ISO_8859_1(StandardCharsets.ISO_8859_1),
  /** Big-endian without a byte order mark, as RFC 2781 has it. */
  UTF_16(StandardCharsets.UTF_16),
  UTF_16LE(StandardCharsets.UTF_16LE),
  UTF_16BE(StandardCharsets.UTF_16BE);

  /** A byte that UTF-8 never has. */
  private static final int NO_TEXT = 0xff;

  private static final char NEXT_LINE = 0x85;
  private static final int BUFFER = 1 << 14;
  private static final int HEAD = 256;
  private static final Pattern DECLARED =
      Pattern.compile(
          "^<\\?xml\\s[^>]*?encoding\\s*=\\s*[\"']([A-Za-z][A-Za-z0-9._-]*)[\"']", Pattern.DOTALL);

  private final Charset charset;

  TextEncoding(Charset charset) {
    this.charset = charset;
  }

  /**
   * A file's text in UTF-8. In place of bytes that are no text in its encoding it has one that is
   * none in UTF-8, so that who decodes it rejects the record.
   */
  public InputStream utf8(InputStream in) throws IOException {
    PushbackInputStream pushback = new PushbackInputStream(in, 2);
    byte[] head = pushback.readNBytes(2);
    pushback.unread(head);
    Charset marked = marked(head);
    if (marked != null) {
      return new Transcoded(pushback, marked);
    }
    boolean utf8Mark = head.length == 2 && head[0] == (byte) 0xef && head[1] == (byte) 0xbb;
    return utf8Mark || charset.equals(StandardCharsets.UTF_8)
        ? pushback
        : new Transcoded(pushback, charset);
  }

  private static Charset marked(byte[] head) {
    if (head.length < 2) {
      return null;
    }
    int mark = ((head[0] & 0xff) << 8) | (head[1] & 0xff);
    return mark == 0xfffe
        ? StandardCharsets.UTF_16LE
        : mark == 0xfeff ? StandardCharsets.UTF_16BE : null;
  }

  /** The text of an XML file, in the encoding that its mark or declaration names, else UTF-8. */
  public static Outcome<String> xml(byte[] bytes) {
    Charset marked = marked(bytes);
    if (marked == null && bytes.length >= 2 && (bytes[0] == 0) != (bytes[1] == 0)) {
      marked = bytes[0] == 0 ? StandardCharsets.UTF_16BE : StandardCharsets.UTF_16LE;
    }
    if (marked != null) {
      return Utf8Text.decode(bytes, 0, bytes.length, marked);
    }
    String head = new String(bytes, 0, Math.min(bytes.length, HEAD), StandardCharsets.ISO_8859_1);
    Matcher declared = DECLARED.matcher(head);
    if (!declared.find()) {
      return Utf8Text.decode(bytes);
    }
    try {
      Charset named = Charset.forName(declared.group(1));
      return named.name().startsWith("UTF-16") || named.name().startsWith("UTF-32")
          ? Outcome.rejected(Reason.MALFORMED_XML, "is not in the encoding that it declares")
          : Utf8Text.decode(bytes, 0, bytes.length, named).then(text -> checked(text, named));
    } catch (IllegalCharsetNameException | java.nio.charset.UnsupportedCharsetException e) {
      return Outcome.rejected(Reason.MALFORMED_XML, "declares an unknown encoding");
    }
  }

  private static Outcome<String> checked(String text, Charset charset) {
    return charset.equals(StandardCharsets.ISO_8859_1)
            && text.chars().anyMatch(TextEncoding::isAnothersLetter)
        ? Outcome.rejected(Reason.NOT_UTF8, "control characters of ISO 8859-1")
        : Outcome.kept(text);
  }

  /** Whether a character of ISO 8859-1 is a control character where Windows-1252 has a letter. */
  private static boolean isAnothersLetter(int c) {
    return c >= 0x80 && c < 0xa0 && c != NEXT_LINE;
  }

  private static final class Transcoded extends InputStream {
    private final InputStream in;
    private final CharsetDecoder decoder;
    private final boolean strict;
    private final ByteBuffer bytes = ByteBuffer.allocate(BUFFER).limit(0);
    private final CharBuffer chars = CharBuffer.allocate(BUFFER);
    private byte[] out = {};
    private int at;
    private boolean ended;
    private boolean done;

    Transcoded(InputStream in, Charset charset) {
      this.in = in;
      this.strict = charset.equals(StandardCharsets.ISO_8859_1);
      this.decoder =
          charset
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT);
    }

    @Override
    public int read() throws IOException {
      return fill() ? out[at++] & 0xff : -1;
    }

    @Override
    public int read(byte[] buffer, int from, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (!fill()) {
        return -1;
      }
      int n = Math.min(length, out.length - at);
      System.arraycopy(out, at, buffer, from, n);
      at += n;
      return n;
    }

    private boolean fill() throws IOException {
      while (at == out.length && !done) {
        chars.clear();
        CoderResult result = decoder.decode(bytes, chars, ended);
        ByteArrayOutputStream sink = new ByteArrayOutputStream();
        write(chars.flip(), sink);
        if (result.isError()) {
          bytes.position(bytes.position() + result.length());
          sink.write(NO_TEXT);
        } else if (result.isUnderflow()) {
          more();
        }
        out = sink.toByteArray();
        at = 0;
      }
      return at < out.length;
    }

    /** The decoder never parts the halves of a surrogate pair. */
    private void write(CharBuffer text, ByteArrayOutputStream sink) {
      int from = 0;
      for (int i = 0; strict && i < text.length(); i++) {
        if (isAnothersLetter(text.charAt(i))) {
          sink.writeBytes(utf8(text, from, i));
          sink.write(NO_TEXT);
          from = i + 1;
        }
      }
      sink.writeBytes(utf8(text, from, text.length()));
    }

    private static byte[] utf8(CharBuffer text, int from, int to) {
      return text.subSequence(from, to).toString().getBytes(StandardCharsets.UTF_8);
    }

    private void more() throws IOException {
      if (ended) {
        done = true;
        return;
      }
      bytes.compact();
      int n = in.read(bytes.array(), bytes.position(), bytes.remaining());
      ended = n < 0;
      bytes.position(bytes.position() + Math.max(n, 0)).flip();
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
