package org.radllama.eval.findings;

/**
 * Why a text is taken to say something of an observation. Offsets count characters of the text, the
 * end not included.
 *
 * @param observation what is spoken of
 * @param assertion what is said of it
 * @param mention where it is named
 * @param cue the words that deny it or leave it open; equal to the mention where one phrase does
 *     both, as in "heart size is normal"; null where it is stated
 */
public record Evidence(Observation observation, Assertion assertion, Span mention, Span cue) {
  /**
   * A part of a text.
   *
   * @param start its first character
   * @param end the one behind its last
   */
  public record Span(int start, int end) {
    /** What stands there. */
    public String of(String text) {
      return text.substring(start, end);
    }
  }
}
