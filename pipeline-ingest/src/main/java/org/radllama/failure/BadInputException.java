package org.radllama.failure;

/**
 * An input that cannot be read or used: the message names the file or the record, never its text.
 */
public final class BadInputException extends RuntimeException {
  /** With a message for a person. */
  public BadInputException(String message) {
    super(message);
  }

  /** The same, with what caused it. */
  public BadInputException(String message, Throwable cause) {
    super(message, cause);
  }
}
