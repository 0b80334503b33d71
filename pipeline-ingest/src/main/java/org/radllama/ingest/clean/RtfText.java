package org.radllama.ingest.clean;

import com.rtfparserkit.converter.text.StringTextConverter;
import com.rtfparserkit.parser.RtfStringSource;
import java.io.IOException;
import java.util.regex.Pattern;

/** The text of RTF documents, with the help of rtfparserkit. */
final class RtfText {
  private static final String BEGIN = "{\\rtf";
  private static final int DEEPEST = 200;

  /** Binary data, whose stated length the parser believes. */
  private static final Pattern BINARY = Pattern.compile("\\\\bin\\d");

  private RtfText() {}

  /**
   * A text with each RTF document in it as that document's own text. Documents that were cut off
   * are closed first; what is no RTF after all stays as it is.
   */
  static String decode(String text) {
    int begin = text.indexOf(BEGIN);
    if (begin < 0) {
      return text;
    }
    StringBuilder decoded = new StringBuilder();
    int from = 0;
    while (begin >= 0) {
      Extent extent = Extent.of(text, begin);
      String document = extent == null ? null : convert(extent.closed(text, begin));
      if (document == null) {
        return text;
      }
      decoded.append(text, from, begin).append(from == begin ? "" : "\n").append(document);
      from = extent.end();
      decoded.append(from < text.length() ? "\n" : "");
      begin = text.indexOf(BEGIN, from);
    }
    return decoded.append(text, from, text.length()).toString();
  }

  /**
   * How far a document reaches.
   *
   * @param end behind its last character
   * @param open groups that the text's end leaves open
   */
  private record Extent(int end, int open) {

    /** Null where it is nested too deeply to be read. */
    static Extent of(String text, int begin) {
      int depth = 0;
      int i = begin;
      while (i < text.length()) {
        char c = text.charAt(i);
        if (c == '\\') {
          i++;
        } else if (c == '{') {
          depth++;
        } else if (c == '}') {
          depth--;
        }
        i++;
        if (depth == 0) {
          return new Extent(i, 0);
        }
        if (depth > DEEPEST) {
          return null;
        }
      }
      return new Extent(text.length(), depth);
    }

    String closed(String text, int begin) {
      String document = text.substring(begin, Math.min(end, text.length()));
      boolean half = open > 0 && document.endsWith("\\");
      return (half ? document.substring(0, document.length() - 1) : document) + "}".repeat(open);
    }
  }

  private static String convert(String document) {
    if (BINARY.matcher(document).find()) {
      return null;
    }
    try {
      StringTextConverter converter = new StringTextConverter();
      converter.convert(new RtfStringSource(ascii(document)));
      return converter.getText().replace('\u00a0', ' ');
    } catch (IOException | RuntimeException e) {
      // No RTF: it stays, and is counted as markup that is left.
      return null;
    }
  }

  /** Other characters as RTF writes them, since the parser takes each for a byte. */
  private static String ascii(String document) {
    StringBuilder ascii = new StringBuilder(document.length());
    for (int i = 0; i < document.length(); i++) {
      char c = document.charAt(i);
      if (c < 0x80) {
        ascii.append(c);
      } else {
        ascii.append("{\\uc0\\u").append((short) c).append(" }");
      }
    }
    return ascii.toString();
  }
}
