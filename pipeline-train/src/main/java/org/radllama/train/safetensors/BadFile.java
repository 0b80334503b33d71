package org.radllama.train.safetensors;

import org.radllama.failure.BadInputException;

/** Failures that name the file, and the tensor when there is one. */
record BadFile(String file) {
  private static final int MOST_SHOWN = 120;

  BadInputException because(String reason) {
    return because(reason, null);
  }

  BadInputException because(String reason, Throwable cause) {
    return new BadInputException(
        "%s is not a sound safetensors file: %s".formatted(file, reason), cause);
  }

  BadInputException tensor(String name, String reason) {
    return new BadInputException("%s, tensor %s: %s", file, shown(name), reason);
  }

  /** A name from the file, short and on one line, since the file is not trusted. */
  static String shown(String name) {
    String line = name.replaceAll("\\p{Cntrl}", "?");
    return line.length() <= MOST_SHOWN ? line : line.substring(0, MOST_SHOWN) + "...";
  }
}
