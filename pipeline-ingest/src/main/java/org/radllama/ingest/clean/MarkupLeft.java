package org.radllama.ingest.clean;

import java.util.regex.Pattern;

/** Recognises what looks like markup in a text that should have none. */
final class MarkupLeft {
  private static final Pattern MARKUP =
      Pattern.compile(
          "\\{\\\\rtf|\\\\(?:par|pard|plain|fs\\d{1,3}|f\\d{1,2})\\b|</?[a-z][a-z0-9:]{0,20}(?:\\s[^<>]{0,200}+)?/?>|</[A-Za-z]"
              + "|&(?:#\\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-z]{2,8});|_x[0-9A-Fa-f]{4}_|\\\\\\.[a-z]{2}\\\\|\\ufffd");

  private MarkupLeft() {}

  static boolean isIn(String text) {
    return MARKUP.matcher(text).find();
  }
}
