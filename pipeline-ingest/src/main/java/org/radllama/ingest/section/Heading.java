package org.radllama.ingest.section;

import java.util.Locale;

/** What a header's name says of the text below it. */
enum Heading {
  FINDINGS(Place.FINDINGS, "findings"),
  /** Names that mean findings only where nothing else does. */
  WEAK_FINDINGS(Place.FINDINGS, "findings"),
  IMPRESSION(Place.IMPRESSION, "impression"),
  /** Names that mean the impression only where nothing else does. */
  WEAK_IMPRESSION(Place.IMPRESSION, "impression"),
  /** {@code REPORT}, {@code RESULT}: findings if there are no others, else the impression. */
  EITHER(Place.EITHER, "report"),
  /** Both in one, {@code FINDINGS/IMPRESSION}: an impression without findings of its own. */
  BOTH(Place.IMPRESSION, "impression"),
  INDICATION(Place.BACKGROUND, "indication"),
  HISTORY(Place.BACKGROUND, "history"),
  TECHNIQUE(Place.BACKGROUND, "technique"),
  COMPARISON(Place.BACKGROUND, "comparison"),
  EXAMINATION(Place.BACKGROUND, "examination"),
  RECOMMENDATIONS(Place.END, "recommendations"),
  ADDENDUM(Place.END, "addendum"),
  NOTIFICATION(Place.END, "notification"),
  /** Names, dates and numbers above a report; inside findings and impression these are text. */
  ADMINISTRATION(Place.HEAD, "administration");

  /** Where a section of this kind stands. */
  enum Place {
    FINDINGS,
    IMPRESSION,
    EITHER,
    /** Before the findings, as a rule. */
    BACKGROUND,
    /** Anywhere; it ends any other section. */
    END,
    /** Above all others. */
    HEAD
  }

  private final Place place;
  private final String section;

  Heading(Place place, String section) {
    this.place = place;
    this.section = section;
  }

  Place place() {
    return place;
  }

  /** The section's name, as MIMIC-CXR's parser has it where that knows it. */
  String section() {
    return section;
  }

  /** Whether the name alone says it, without a look at the other headers. */
  boolean isStrong() {
    return this == FINDINGS || this == IMPRESSION;
  }

  /** Its name in the file of names. */
  String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
