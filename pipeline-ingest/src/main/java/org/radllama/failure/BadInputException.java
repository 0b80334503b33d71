package org.radllama.failure;

import static org.radllama.text.Format.format;

/**
 * An input that cannot be read or used: the message names the file or the record, never its text.
 */
public final class BadInputException extends RuntimeException {
  /** With a message for a person, formatted where it has arguments. */
  public BadInputException(String message, Object... args) {
    super(args.length == 0 ? message : format(message, args));
  }

  /** The same, with what caused it. */
  public BadInputException(String message, Throwable cause) {
    super(message, cause);
  }
}
