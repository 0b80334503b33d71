package org.radllama.failure;

import static org.radllama.text.Format.format;

/**
 * Memory, a GPU, slots or a library that this machine lacks: the message says how much is needed,
 * and which setting needs less.
 */
public final class MissingResourceException extends RuntimeException {
  /** With a message for a person, formatted where it has arguments. */
  public MissingResourceException(String message, Object... args) {
    super(args.length == 0 ? message : format(message, args));
  }

  /** The same, with what caused it. */
  public MissingResourceException(String message, Throwable cause) {
    super(message, cause);
  }
}
