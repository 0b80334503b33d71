package org.radllama.ingest.format;

/** Where in a JSON text a reader is, as far as quotes and brackets say. */
final class JsonPlace {
  private boolean quoted;
  private boolean escaped;
  private int depth;

  /** Goes over a character. */
  void step(int c) {
    if (quoted) {
      quoted = escaped || c != '"';
      escaped = !escaped && c == '\\';
    } else if (c == '"') {
      quoted = true;
    } else if (c == '{' || c == '[') {
      depth++;
    } else if (c == '}' || c == ']') {
      depth--;
    }
  }

  /** Whether it is inside a string. */
  boolean isQuoted() {
    return quoted;
  }

  /** How many brackets are open. */
  int depth() {
    return depth;
  }
}
