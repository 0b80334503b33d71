package org.radllama.failure;

import static org.radllama.text.Format.format;

/** Something outside failed that may be well when the same command is given again. */
public final class TryAgainException extends RuntimeException {
  /** With a message for a person, formatted where it has arguments. */
  public TryAgainException(String message, Object... args) {
    super(args.length == 0 ? message : format(message, args));
  }
}
