package org.radllama.train.tokenizer;

/**
 * What SentencePiece does to a text before it is cut: the model's rules, blanks thinned out and
 * made visible as U+2581, and one more blank at the beginning (or the end), as the model says.
 */
record SentencePieceNormalizer(
    SentencePieceModel.Normalizer spec, boolean blankBehind, SymbolMatcher symbols) {
  private static final char BLANK = WordSplitter.BLANK;

  /** The normal form; empty for an empty text, and for a blank one if blanks are thinned out. */
  String normalize(String text) {
    Pass pass = new Pass(text);
    int start = spec.removeExtraBlanks() ? pass.skipBlanks() : 0;
    if (start == text.length()) {
      return "";
    }
    if (spec.dummyPrefix() && !blankBehind) {
      pass.append(" ");
    }
    pass.copy(start);
    if (spec.removeExtraBlanks()) {
      pass.dropBlanksAtTheEnd();
    }
    if (spec.dummyPrefix() && blankBehind) {
      pass.append(" ");
    }
    return pass.out.toString();
  }

  /** One text on its way. */
  private final class Pass {
    private final String text;
    private final StringBuilder out;
    private int end;

    Pass(String text) {
      this.text = text;
      this.out = new StringBuilder(text.length() + 8);
    }

    int skipBlanks() {
      int at = 0;
      while (at < text.length() && " ".equals(unit(at))) {
        at = end;
      }
      return at;
    }

    void copy(int start) {
      boolean afterBlank = spec.removeExtraBlanks();
      for (int at = start; at < text.length(); at = end) {
        String unit = unit(at);
        int from = 0;
        while (afterBlank && unit.startsWith(" ", from)) {
          from++;
        }
        if (from < unit.length()) {
          append(unit.substring(from));
          afterBlank = spec.removeExtraBlanks() && unit.endsWith(" ");
        }
      }
    }

    /** The next part of the text in its normal form; {@link #end} is where the part ends. */
    private String unit(int at) {
      int symbol = symbols.longest(text, at);
      CharsMap.Match match =
          symbol > 0 ? null : spec.charsMap().map(m -> m.longest(text, at)).orElse(null);
      if (match != null) {
        end = match.end();
        return match.replacement();
      }
      int length = symbol > 0 ? symbol : Character.charCount(text.codePointAt(at));
      end = at + length;
      // Half of a surrogate pair is no character, and malformed text in UTF-8.
      boolean broken = length == 1 && Character.isSurrogate(text.charAt(at));
      return broken ? "\ufffd" : text.substring(at, end);
    }

    void append(String unit) {
      out.append(spec.escapeBlanks() ? unit.replace(' ', BLANK) : unit);
    }

    void dropBlanksAtTheEnd() {
      char blank = spec.escapeBlanks() ? BLANK : ' ';
      while (!out.isEmpty() && out.charAt(out.length() - 1) == blank) {
        out.setLength(out.length() - 1);
      }
    }
  }
}
