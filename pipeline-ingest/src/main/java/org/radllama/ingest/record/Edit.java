package org.radllama.ingest.record;

import java.util.Locale;

/** What was done to a report that was kept; counted beside the reasons of those that were not. */
public enum Edit {
  /** Several sections of one label, joined by a blank. */
  SECTIONS_JOINED,
  /** Several sections of one name, of which {@code section.repeated} took one. */
  SECTION_PICKED,
  /** A second report inside a section, cut off. */
  SECOND_REPORT_CUT,
  /** Sentences that say who was told, cut off the impression. */
  COMMUNICATION_CUT,
  /** Characters that were escaped twice, decoded. */
  ENTITIES_DECODED,
  /** Numbers of items, removed. */
  NUMBERS_DROPPED,
  /** Doubled periods, made single. */
  PERIODS_MERGED,
  /** White space other than single blanks, folded. */
  WHITE_SPACE_FOLDED;

  /** The name in the manifest. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
