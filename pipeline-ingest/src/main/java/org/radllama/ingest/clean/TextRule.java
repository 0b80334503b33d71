package org.radllama.ingest.clean;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.radllama.ingest.record.Edit;

/**
 * Decodings of what an export wraps a report in, in the order in which they are applied, before its
 * sections are looked for. Each touches its own notation only: plain text, with whatever {@code <},
 * {@code &} and {@code \} it has, comes out as it was.
 */
public enum TextRule {
  /** Excel's {@code _x000D_}. */
  EXCEL(Edit.EXCEL_DECODED) {
    @Override
    String apply(String text) {
      return text.contains("_x")
          ? EXCEL_CHARACTER
              .matcher(text)
              .replaceAll(
                  m -> Matcher.quoteReplacement(character(Integer.parseInt(m.group(1), 16))))
          : text;
    }
  },

  /** HL7's escapes: {@code \.br\}, {@code \T\}, {@code \X0D\}. */
  HL7(Edit.HL7_DECODED) {
    @Override
    String apply(String text) {
      return Hl7Text.decode(text);
    }
  },

  /** RTF, whole or in part. */
  RTF(Edit.RTF_DECODED) {
    @Override
    String apply(String text) {
      return RtfText.decode(text);
    }
  },

  /** {@code \n} and {@code \r\n} as two and four characters, in a text without line ends. */
  LINE_ESCAPES(Edit.LINE_ESCAPES_DECODED) {
    @Override
    String apply(String text) {
      if (text.indexOf('\n') >= 0 || !text.contains("\\n") || BEFORE_SMALL.matcher(text).find()) {
        return text;
      }
      String lines = text.replace("\\r\\n", "\n").replace("\\n", "\n");
      boolean several = lines.indexOf('\n') != lines.lastIndexOf('\n');
      return several ? lines.replace("\\t", "\t") : text;
    }
  },

  /** HTML's tags and entities. */
  HTML(Edit.HTML_DECODED) {
    @Override
    String apply(String text) {
      return HtmlText.decode(text);
    }
  },

  /** {@code Page 1 of 2} on a line of its own. */
  PAGE_LINES(Edit.PAGE_LINES_CUT) {
    @Override
    String apply(String text) {
      return DrawnLines.without(text, DrawnLines.PAGE);
    }
  },

  /** {@code ***** END OF REPORT *****}. */
  END_LINES(Edit.END_LINES_CUT) {
    @Override
    String apply(String text) {
      String lines = DrawnLines.without(text, DrawnLines.END);
      boolean drawn = lines.contains("---") || lines.contains("***") || lines.contains("===");
      return drawn ? DrawnLines.END_INSIDE.matcher(lines).replaceAll("\n") : lines;
    }
  };

  private static final Pattern EXCEL_CHARACTER = Pattern.compile("_x([0-9A-Fa-f]{4})_");
  private static final Pattern BEFORE_SMALL = Pattern.compile("\\\\n\\p{Ll}");

  private final Edit edit;

  TextRule(Edit edit) {
    this.edit = edit;
  }

  /** How a change by it is counted. */
  Edit edit() {
    return edit;
  }

  /** The text decoded; the same where nothing applies. */
  abstract String apply(String text);

  /** A character by its number; control characters are a line end or a blank. */
  static String character(int code) {
    if (code == '\r' || code == '\n') {
      return "\n";
    }
    return code < ' ' || code == 0x7f ? " " : String.valueOf((char) code);
  }
}
