package org.radllama.eval.predict;

/** The first sentence of a text. */
public final class LeadSentence {
  private LeadSentence() {}

  /**
   * From the start to the first full stop, question or exclamation mark that white space or the end
   * follows. The number of a list, such as {@code 1.}, ends no sentence. Without such a mark, the
   * whole text.
   */
  public static String of(String text) {
    String stripped = text.strip();
    for (int i = 0; i < stripped.length(); i++) {
      if (".?!".indexOf(stripped.charAt(i)) >= 0
          && (i + 1 == stripped.length() || Character.isWhitespace(stripped.charAt(i + 1)))
          && !isListNumber(stripped, i)) {
        return stripped.substring(0, i + 1);
      }
    }
    return stripped;
  }

  private static boolean isListNumber(String text, int mark) {
    for (int i = 0; i < mark; i++) {
      if (!Character.isDigit(text.charAt(i))) {
        return false;
      }
    }
    return mark + 1 < text.length();
  }
}
