package org.radllama.failure;

import static org.radllama.text.Format.format;

/**
 * A setting or flag that cannot be: the message says what was seen, what was expected, and which
 * setting it is.
 */
public final class BadSettingException extends IllegalArgumentException {
  /** With a message for a person, formatted where it has arguments. */
  public BadSettingException(String message, Object... args) {
    super(args.length == 0 ? message : format(message, args));
  }

  /** The same, with what caused it. */
  public BadSettingException(String message, Throwable cause) {
    super(message, cause);
  }
}
