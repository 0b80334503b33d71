package org.radllama.ingest.privacy;

/**
 * A text as patterns want it.
 *
 * @param text with placeholders blanked
 * @param lower the same in lower case, character by character
 * @param words where words begin
 */
record Scanned(String text, String lower, int[] words) {
  static Scanned of(String text) {
    String blanked = Placeholders.blanked(text);
    char[] lower = blanked.toCharArray();
    for (int i = 0; i < lower.length; i++) {
      lower[i] = Character.toLowerCase(lower[i]);
    }
    return new Scanned(blanked, new String(lower), Anchor.words(blanked));
  }

  /** It may be patient data. */
  @Override
  public String toString() {
    return "Scanned[" + text.length() + " characters]";
  }
}
