package org.radllama.train.chat;

/** A template that cannot be read or rendered. */
final class TemplateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String said;

  TemplateException(String message) {
    this(message, "");
  }

  /**
   * A refusal by the template itself.
   *
   * @param said in the template's words, which may quote the conversation
   */
  TemplateException(String message, String said) {
    super(message);
    this.said = said;
  }

  String said() {
    return said;
  }
}
