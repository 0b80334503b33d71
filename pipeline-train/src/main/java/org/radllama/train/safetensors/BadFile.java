package org.radllama.train.safetensors;

import org.radllama.failure.BadInputException;

/**
 * Failures that name the file, and the tensor when there is one.
 *
 * @param file its path for messages
 * @param kind what it should be, as {@code safetensors}
 */
public record BadFile(String file, String kind) {
  private static final int MOST_SHOWN = 120;

  /** The file as a whole is not what it should be. */
  public BadInputException because(String reason) {
    return because(reason, null);
  }

  /** The same, with what caused it. */
  public BadInputException because(String reason, Throwable cause) {
    return new BadInputException(
        "%s is not a valid %s file: %s".formatted(file, kind, reason), cause);
  }

  /** One tensor of it is not what it should be. */
  public BadInputException tensor(String name, String reason) {
    return new BadInputException("%s, tensor %s: %s", file, shown(name), reason);
  }

  /** A sound file that holds something which is not supported. */
  public BadInputException unsupported(String reason) {
    return new BadInputException("%s: %s", file, reason);
  }

  /** A name from the file, short and on one line, since the file is not trusted. */
  public static String shown(String name) {
    String line = name.replaceAll("\\p{Cntrl}", "?");
    return line.length() <= MOST_SHOWN ? line : line.substring(0, MOST_SHOWN) + "...";
  }
}
