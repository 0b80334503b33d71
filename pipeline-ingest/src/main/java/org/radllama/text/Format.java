package org.radllama.text;

import java.util.Locale;

/** Formatted text that is the same wherever it is written. */
public final class Format {
  private Format() {}

  /** {@code String.format} with ASCII digits and a decimal point, whatever the process's locale. */
  public static String format(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }
}
