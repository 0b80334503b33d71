package org.radllama.ingest.record;

import java.util.Locale;

/** What was done to a report that was kept; counted beside the reasons of those that were not. */
public enum Edit {
  /** Excel's codes for characters, decoded. */
  EXCEL_DECODED,
  /** HL7's escapes, decoded. */
  HL7_DECODED,
  /** RTF, of which the text was taken. */
  RTF_DECODED,
  /** Line ends written as two characters, decoded. */
  LINE_ESCAPES_DECODED,
  /** HTML's tags and entities, decoded. */
  HTML_DECODED,
  /** Page numbers on lines of their own, cut. */
  PAGE_LINES_CUT,
  /** Lines that say that the report ends, cut. */
  END_LINES_CUT,
  /** Several sections of one label that follow one another, joined. */
  SECTIONS_JOINED,
  /** Several sections of one name, of which {@code section.repeated} took one. */
  SECTION_PICKED,
  /** Who signed, dictated or typed the report, and when, cut. */
  SIGNATURE_CUT,
  /** No edit: something that looks like markup is in the text as it is published. */
  MARKUP_LEFT,
  /** No edit: whoever sent the report says that it is preliminary, and nothing later came. */
  PRELIMINARY,
  /** Background sections that {@code --background} added. */
  BACKGROUND_ADDED,
  /** A background section in which a header of findings or impression stands, cut off there. */
  BACKGROUND_CUT,
  /** A second report inside a section, cut off. */
  SECOND_REPORT_CUT,
  /** Notifications cut from the impression: sentences that say who was informed. */
  COMMUNICATION_CUT,
  /** Characters that were escaped twice, decoded. */
  ENTITIES_DECODED,
  /** Numbers of items, removed. */
  NUMBERS_DROPPED,
  /** Doubled periods, made single. */
  PERIODS_MERGED,
  /** White space other than single blanks, folded. */
  WHITE_SPACE_FOLDED,
  /** Identifiers, replaced by {@code ___} (setting {@code privacy.mask}). */
  IDENTIFIERS_MASKED;

  /** The name in the manifest. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
