package org.radllama.eval.join;

import org.radllama.failure.BadInputException;

/** Names of systems that stand in one file of predictions. */
final class SystemsOfFile {
  private SystemsOfFile() {}

  /**
   * The name under which a file's system is scored.
   *
   * @param file how the file was named
   * @throws BadInputException where the system's name cannot be one
   */
  static String name(InputFile input, String file, String system) {
    if (!system.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")) {
      throw new BadInputException(
          "%s: a system's name must be letters, digits and . _ -".formatted(input.name()));
    }
    return file + "." + system;
  }
}
