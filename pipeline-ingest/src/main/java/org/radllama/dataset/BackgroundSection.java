package org.radllama.dataset;

import java.util.Arrays;
import java.util.Locale;
import org.radllama.failure.BadInputException;

/** A section of a report that says why and how it was made, not what was seen. */
public enum BackgroundSection {
  /** Why the study was asked for. */
  INDICATION,
  /** The studies that it is compared with. */
  COMPARISON,
  /** How the images were taken. */
  TECHNIQUE,
  /** What is known of the patient. */
  HISTORY;

  /** The name in settings and the dataset's column. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The section of a name.
   *
   * @throws BadInputException for a name that none has
   */
  public static BackgroundSection of(String label) {
    return Arrays.stream(values())
        .filter(section -> section.label().equals(label))
        .findFirst()
        .orElseThrow(() -> new BadInputException("there is no background section %s", label));
  }

  /** What stands before its text in a prompt, such as {@code Indication: }. */
  public String heading() {
    return name().charAt(0) + label().substring(1) + ": ";
  }
}
