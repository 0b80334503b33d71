package org.radllama.failure;

/**
 * A setting or flag that cannot be: the message says what was seen, what was expected, and which
 * setting it is.
 */
public final class BadSettingException extends IllegalArgumentException {
  /** With a message for a person. */
  public BadSettingException(String message) {
    super(message);
  }

  /** The same, with what caused it. */
  public BadSettingException(String message, Throwable cause) {
    super(message, cause);
  }
}
