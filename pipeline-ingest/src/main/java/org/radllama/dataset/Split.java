package org.radllama.dataset;

import java.util.Locale;

/** The three splits, named as MIMIC-CXR names them. */
public enum Split {
  TRAIN,
  VALIDATE,
  TEST;

  /** The name in files and paths: {@code train}, {@code validate} or {@code test}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads a split's name as published files spell it.
   *
   * @throws IllegalArgumentException for any other word than {@link #label()} of a split, {@code
   *     val}, {@code valid}, {@code dev} and {@code validation}
   */
  public static Split of(String name) {
    return switch (name.strip().toLowerCase(Locale.ROOT)) {
      case "train" -> TRAIN;
      case "validate", "validation", "val", "valid", "dev" -> VALIDATE;
      case "test" -> TEST;
      default -> throw new IllegalArgumentException("not a split's name: " + name);
    };
  }
}
