package org.radllama.failure;

/**
 * Memory, a GPU, slots or a library that this machine lacks: the message says how much is needed,
 * and which setting needs less.
 */
public final class MissingResourceException extends RuntimeException {
  /** With a message for a person. */
  public MissingResourceException(String message) {
    super(message);
  }

  /** The same, with what caused it. */
  public MissingResourceException(String message, Throwable cause) {
    super(message, cause);
  }
}
